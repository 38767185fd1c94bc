/** As much of XMLHttpRequest as dicomweb-client uses, over fetch: Node has none. */

type Handler = (() => void) | undefined;

export class FetchedRequest {
  responseType = '';
  withCredentials = false;
  readyState = 0;
  status = 0;
  response: ArrayBuffer | string | object | null = null;
  onloadstart: Handler;
  onloadend: Handler;
  onreadystatechange: Handler;
  onprogress: Handler;
  #method = 'GET';
  #url = '';
  readonly #asked = new Headers();
  #told = new Headers();

  open(method: string, url: string): void {
    this.#method = method.toUpperCase();
    this.#url = url;
  }

  setRequestHeader(name: string, value: string): void {
    this.#asked.append(name, value);
  }

  getResponseHeader(name: string): string | null {
    return this.#told.get(name);
  }

  getAllResponseHeaders(): string {
    return [...this.#told].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  }

  send(body?: BodyInit): void {
    this.onloadstart?.();
    void this.#exchange(body).finally(() => {
      this.readyState = 4;
      this.onreadystatechange?.();
      this.onloadend?.();
    });
  }

  /** What fails before there is an answer leaves the status at 0, as in a browser. */
  async #exchange(body: BodyInit | undefined): Promise<void> {
    const request = { method: this.#method, headers: this.#asked, ...(body !== undefined && { body }) };
    const answer = await fetch(this.#url, request).catch(() => undefined);
    if (answer === undefined) return;
    this.#told = answer.headers;
    this.response = await this.#contents(answer);
    this.status = answer.status;
  }

  async #contents(answer: Response): Promise<ArrayBuffer | string | object | null> {
    if (this.responseType === 'arraybuffer') return answer.arrayBuffer();
    const text = await answer.text();
    if (this.responseType !== 'json') return text;
    return text === '' ? null : (JSON.parse(text) as object);
  }
}
