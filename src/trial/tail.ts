/** The last of a stream, for the reason of an error. */
export class Tail {
  readonly #bytes: number;
  #kept = Buffer.alloc(0);

  /** @param bytes how much to keep */
  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  push(chunk: Buffer): void {
    this.#kept = Buffer.concat([this.#kept, chunk.subarray(-this.#bytes)]).subarray(-this.#bytes);
  }

  /** What was kept, as text for a person: bytes that are not UTF-8 are replaced. */
  text(): string {
    return this.#kept.toString('utf8').trim();
  }
}
