/** Sides of a picture, in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Pixels are as wide as high in a picture; it fits into the viewport (PS3.18 8.3.5.1.3), with its aspect kept. */
export function pictureSize(natural: Size, viewport: Size | undefined): Size {
  const scale =
    viewport === undefined ? 1 : Math.min(viewport.width / natural.width, viewport.height / natural.height);
  const pixels = (side: number): number => Math.max(1, Math.round(side * scale));
  return { width: pixels(natural.width), height: pixels(natural.height) };
}
