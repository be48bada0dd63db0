/** The images of the fake engine. Nothing is built: an answer and an entry is all there is. */
import { createHash } from 'node:crypto';
import type { Exchange } from './exchange.ts';
import { hasLabel } from './fake-containers.ts';

export interface FakeImage {
  readonly id: string;
  readonly tag: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** An image's id for a name, the same each time. */
export function imageId(tag: string): string {
  return `sha256:${createHash('sha256').update(tag).digest('hex')}`;
}

export class FakeImages {
  readonly all = new Map<string, FakeImage>();
  /** Whether a pull finds what it asks for; no registry answers otherwise. */
  pulls = false;
  /** Bytes that the last build or import was sent. */
  received = 0;

  add(tag: string, labels: Readonly<Record<string, string>> = {}): FakeImage {
    const image = { id: imageId(tag), tag, labels };
    this.all.set(tag, image);
    return image;
  }

  has(reference: string): boolean {
    return this.#find(reference) !== undefined;
  }

  readonly routes: Readonly<Record<string, (exchange: Exchange) => Promise<void> | void>> = {
    'POST /build': async (exchange) => {
      this.received = (await exchange.body()).length;
      const tag = exchange.query('t') ?? '';
      const labels = JSON.parse(exchange.query('labels') ?? '{}') as Record<string, string>;
      const { id } = this.add(tag, labels);
      exchange.lines([
        { stream: 'Step 1/1 : FROM scratch' },
        { stream: '\n' },
        { aux: { ID: id } },
        { stream: `Successfully tagged ${tag}\n` },
      ]);
    },
    'POST /images/create': async (exchange) => {
      this.received = (await exchange.body()).length;
      if (exchange.query('fromSrc') === undefined && this.pulls) {
        this.add(`${exchange.query('fromImage') ?? ''}:${exchange.query('tag') ?? ''}`);
        exchange.lines([{ status: 'Status: Downloaded' }]);
        return;
      }
      if (exchange.query('fromSrc') === undefined) {
        exchange.error(500, 'Get "https://registry.invalid/v2/": no such host');
        return;
      }
      const tag = exchange.query('repo') ?? '';
      const labels = exchange.url.searchParams.getAll('changes').map(readLabel);
      const { id } = this.add(tag, Object.fromEntries(labels));
      exchange.lines([{ status: id }]);
    },
    'GET /distribution/{id}/json': (exchange) => {
      if (this.pulls) exchange.json(200, { Descriptor: {}, Platforms: [] });
      else exchange.error(500, 'Get "https://registry.invalid/v2/": no such host');
    },
    'GET /images/json': (exchange) => {
      const filters = JSON.parse(exchange.query('filters') ?? '{}') as { label?: string[] };
      const label = filters.label?.[0] ?? '';
      exchange.json(
        200,
        [...this.all.values()].filter(({ labels }) => hasLabel(labels, label)).map(listing),
      );
    },
    'GET /images/{id}/json': (exchange) => {
      const image = this.#find(exchange.id);
      if (image === undefined) exchange.error(404, `No such image: ${exchange.id}`);
      else exchange.json(200, { ...listing(image), Config: { Labels: image.labels } });
    },
    'DELETE /images/{id}': (exchange) => {
      const image = this.#find(exchange.id);
      if (image === undefined) {
        exchange.error(404, `No such image: ${exchange.id}`);
        return;
      }
      this.all.delete(image.tag);
      exchange.json(200, [{ Deleted: image.id }]);
    },
  };

  #find(reference: string): FakeImage | undefined {
    return this.all.get(reference) ?? [...this.all.values()].find(({ id }) => id === reference);
  }
}

function listing({ id, tag, labels }: FakeImage): object {
  return { Id: id, RepoTags: [tag], RepoDigests: [], Labels: labels, Size: 1000 };
}

/** Reads `LABEL "key"="value"` as the engine does. */
function readLabel(instruction: string): [string, string] {
  const found = /^LABEL "((?:[^"\\]|\\.)*)"="((?:[^"\\]|\\.)*)"$/.exec(instruction);
  if (found === null) throw new Error(`not a label: ${instruction}`);
  const plain = (text = ''): string => text.replace(/\\(.)/g, '$1');
  return [plain(found[1]), plain(found[2])];
}
