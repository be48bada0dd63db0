/** One request to the fake engine, and the ways to answer it or not. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export class Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  /** The value of `{id}` in the route. */
  readonly id: string;

  constructor(request: IncomingMessage, response: ServerResponse, url: URL, id: string) {
    this.request = request;
    this.response = response;
    this.url = url;
    this.id = id;
  }

  query(name: string): string | undefined {
    return this.url.searchParams.get(name) ?? undefined;
  }

  /** The request's whole body. */
  async body(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.request) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  }

  json(status: number, value: unknown): void {
    this.response.writeHead(status, { 'Content-Type': 'application/json' });
    this.response.end(JSON.stringify(value));
  }

  error(status: number, message: string): void {
    this.json(status, { message });
  }

  empty(status: number): void {
    this.response.writeHead(status);
    this.response.end();
  }

  /** An answer of JSON objects, one a line, as builds, pulls and imports have it. */
  lines(values: readonly unknown[]): void {
    this.response.writeHead(200, { 'Content-Type': 'application/json' });
    for (const value of values) this.response.write(`${JSON.stringify(value)}\r\n`);
    this.response.end();
  }

  /**
   * Takes the connection over, as Docker does to attach: what is written after the header is raw
   * and ends with the connection.
   */
  hijack(): { write: (data: Buffer) => void; end: () => void; cut: () => void } {
    const { socket } = this.request;
    socket.on('error', () => undefined);
    socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n');
    return {
      write: (data) => socket.write(data),
      end: () => socket.end(),
      cut: () => socket.destroy(),
    };
  }

  /** Closes the connection without an answer. */
  cut(): void {
    this.request.socket.destroy();
  }

  /** Begins a good answer, and closes the connection in the middle of it. */
  cutInAnswer(text: string): void {
    this.response.writeHead(200, { 'Content-Type': 'application/json' });
    this.response.write(text, () => {
      this.request.socket.destroy();
    });
  }
}
