/** Where a picture lies in its pane, and how long things are in it. Lengths on the screen in CSS pixels. */

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface PictureSize {
  readonly columns: number;
  readonly rows: number;
  /** Height of a pixel divided by its width. */
  readonly aspect: number;
}

export interface Placement extends Size {
  readonly left: number;
  readonly top: number;
}

/** Lengths of a pixel of the picture, in `unit`. */
export interface Scale {
  readonly row: number;
  readonly column: number;
  readonly unit: string;
}

/** As large as fits, times `zoom`, in the middle but for `pan`. */
export function placed(picture: PictureSize, box: Size, zoom: number, pan: Point): Placement {
  const tall = picture.rows * picture.aspect;
  const scale = Math.min(box.width / picture.columns, box.height / tall) * zoom;
  const [width, height] = [picture.columns * scale, tall * scale];
  return { left: (box.width - width) / 2 + pan.x, top: (box.height - height) / 2 + pan.y, width, height };
}

/** A point of the pane in pixels of the picture. */
export function inPicture(picture: PictureSize, at: Placement, { x, y }: Point): Point {
  return {
    x: ((x - at.left) / at.width) * picture.columns,
    y: ((y - at.top) / at.height) * picture.rows,
  };
}

/** A point of the picture in the pane. */
export function inPane(picture: PictureSize, at: Placement, { x, y }: Point): Point {
  return {
    x: at.left + (x / picture.columns) * at.width,
    y: at.top + (y / picture.rows) * at.height,
  };
}

/** Between two points of the picture, in the unit of `scale`. */
export function distance(a: Point, b: Point, scale: Scale): number {
  return Math.hypot((a.x - b.x) * scale.column, (a.y - b.y) * scale.row);
}

/** The longest bar of 1, 2 or 5 times a power of ten that takes `room` pixels at most. */
export function ruler(perPixel: number, room: number): { readonly length: number; readonly pixels: number } {
  const most = perPixel * room;
  const power = 10 ** Math.floor(Math.log10(most));
  const length = power * ([5, 2, 1].find((step) => step * power <= most) ?? 1);
  return { length, pixels: length / perPixel };
}
