/** The containers of the fake engine: a script decides their behaviour, not a program. */
import { randomBytes } from 'node:crypto';
import type { Exchange } from './exchange.ts';
import type { Piece } from './frames.ts';
import { frames } from './frames.ts';

/** The number of bytes that the engine reports for each container, if it is asked. */
export const WRITTEN_BYTES = 5 * 2 ** 20;

/** The behaviour of a container once it is started. */
export interface Script {
  readonly output?: readonly Piece[];
  /** Raw bytes after the output, such as half a frame. */
  readonly rawTail?: Buffer;
  /** The exit status; 0 if absent. */
  readonly status?: number;
  readonly oomKilled?: boolean;
  /** It runs until it is killed. */
  readonly runsOn?: boolean;
  /** Its output ends although it runs on. */
  readonly closesOutput?: boolean;
  /** The answer to the wait, instead of the status. */
  readonly waitedStatus?: number;
  /** The word for its state afterwards, instead of `exited`. */
  readonly endState?: string;
  /** Another client removes it at its end. */
  readonly vanishes?: boolean;
  /** The engine's events about it. */
  readonly events?: readonly { readonly action: string; readonly signal?: string }[];
}

/** The parts of a creation's body that tests use. */
export interface CreateBody {
  readonly Image?: string;
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Labels?: Readonly<Record<string, string>>;
  readonly User?: string;
  readonly HostConfig?: Readonly<Record<string, unknown>>;
}

interface Attached {
  readonly write: (data: Buffer) => void;
  readonly end: () => void;
}

export class FakeContainer {
  readonly id = randomBytes(32).toString('hex');
  readonly name: string;
  readonly body: CreateBody;
  readonly script: Script;
  state: 'created' | 'running' | 'exited' = 'created';
  status = 0;
  startedAt = '0001-01-01T00:00:00Z';
  finishedAt = '0001-01-01T00:00:00Z';
  #written = Buffer.alloc(0);
  #outputOver = false;
  readonly #readers: Attached[] = [];
  readonly #waiting: (() => void)[] = [];

  constructor(name: string, body: CreateBody, script: Script) {
    this.name = name;
    this.body = body;
    this.script = script;
  }

  /** Sends what it wrote so far and what it will write. */
  read(reader: Attached): void {
    if (this.#written.length > 0) reader.write(this.#written);
    if (this.#outputOver) reader.end();
    else this.#readers.push(reader);
  }

  start(): void {
    this.state = 'running';
    this.startedAt = new Date().toISOString();
    const { output = [], rawTail, runsOn = false, closesOutput = false } = this.script;
    this.#write(Buffer.concat([frames(output), rawTail ?? Buffer.alloc(0)]));
    if (closesOutput) this.#endOutput();
    if (!runsOn) this.end(this.script.status ?? 0);
  }

  end(status: number): void {
    if (this.state !== 'running') return;
    this.state = 'exited';
    this.status = status;
    this.finishedAt = new Date().toISOString();
    this.#endOutput();
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async ended(): Promise<void> {
    if (this.state !== 'running') return;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  inspection(): object {
    return {
      Id: this.id,
      Name: `/${this.name}`,
      State: {
        Status: this.state === 'exited' ? (this.script.endState ?? 'exited') : this.state,
        Running: this.state === 'running',
        ExitCode: this.status,
        OOMKilled: this.script.oomKilled ?? false,
        Error: '',
        StartedAt: this.startedAt,
        FinishedAt: this.finishedAt,
      },
    };
  }

  #write(data: Buffer): void {
    this.#written = Buffer.concat([this.#written, data]);
    if (data.length > 0) for (const reader of this.#readers) reader.write(data);
  }

  #endOutput(): void {
    this.#outputOver = true;
    for (const reader of this.#readers.splice(0)) reader.end();
  }
}

/** The answers of the containers' part of the API. */
export class FakeContainers {
  readonly all = new Map<string, FakeContainer>();
  /** Every creation so far, those that are gone included. */
  readonly created: FakeContainer[] = [];
  readonly #scriptOf: (body: CreateBody) => Script;
  readonly #hasImage: (reference: string) => boolean;

  constructor(scriptOf: (body: CreateBody) => Script, hasImage: (reference: string) => boolean) {
    this.#scriptOf = scriptOf;
    this.#hasImage = hasImage;
  }

  /** As if a client had created it. */
  add(name: string, body: CreateBody): FakeContainer {
    const container = new FakeContainer(name, body, this.#scriptOf(body));
    this.all.set(name, container);
    this.created.push(container);
    return container;
  }

  readonly routes: Readonly<Record<string, (exchange: Exchange) => Promise<void> | void>> = {
    'POST /containers/create': async (exchange) => {
      const body = JSON.parse((await exchange.body()).toString('utf8')) as CreateBody;
      if (!this.#hasImage(body.Image ?? '')) {
        exchange.error(404, `No such image: ${body.Image ?? ''}`);
        return;
      }
      const name = exchange.query('name') ?? randomBytes(8).toString('hex');
      exchange.json(201, { Id: this.add(name, body).id, Warnings: [] });
    },
    'GET /containers/json': (exchange) => {
      const filters = JSON.parse(exchange.query('filters') ?? '{}') as { label?: string[] };
      const label = filters.label?.[0] ?? '';
      exchange.json(
        200,
        [...this.all.values()]
          .filter(({ body }) => hasLabel(body.Labels ?? {}, label))
          .map(({ id, body, state }) => ({
            Id: id,
            Labels: body.Labels ?? {},
            State: state,
            SizeRw: exchange.query('size') === 'true' ? WRITTEN_BYTES : undefined,
          })),
      );
    },
    'GET /containers/{id}/json': this.#of((container, exchange) => {
      exchange.json(200, container.inspection());
    }),
    'POST /containers/{id}/attach': this.#of((container, exchange) => {
      container.read(exchange.hijack());
    }),
    'POST /containers/{id}/start': this.#of((container, exchange) => {
      exchange.empty(204);
      container.start();
      if (container.script.vanishes === true) this.all.delete(container.name);
    }),
    'POST /containers/{id}/wait': this.#of(async (container, exchange) => {
      // Docker sends the header at once, and the answer when it has one.
      exchange.response.writeHead(200, { 'Content-Type': 'application/json' });
      exchange.response.flushHeaders();
      await container.ended();
      const status = container.script.waitedStatus ?? container.status;
      exchange.response.end(JSON.stringify({ StatusCode: status, Error: null }));
    }),
    'POST /containers/{id}/kill': this.#of((container, exchange) => {
      if (container.state !== 'running') {
        exchange.error(409, `Container ${container.name} is not running`);
        return;
      }
      container.end(137);
      exchange.empty(204);
    }),
    'POST /containers/{id}/unpause': this.#of((container, exchange) => {
      exchange.error(500, `Container ${container.name} is not paused`);
    }),
    'DELETE /containers/{id}': this.#of((container, exchange) => {
      container.end(137);
      this.all.delete(container.name);
      exchange.empty(204);
    }),
    'GET /events': (exchange) => {
      const filters = JSON.parse(exchange.query('filters') ?? '{}') as { container?: string[] };
      const name = filters.container?.[0] ?? '';
      const events = this.all.get(name)?.script.events ?? [];
      exchange.lines(
        events.map(({ action, signal }) => ({
          Type: 'container',
          Action: action,
          Actor: { ID: name, Attributes: signal === undefined ? {} : { signal } },
        })),
      );
    },
  };

  #of(
    answer: (container: FakeContainer, exchange: Exchange) => Promise<void> | void,
  ): (exchange: Exchange) => Promise<void> | void {
    return (exchange) => {
      const container =
        this.all.get(exchange.id) ?? [...this.all.values()].find(({ id }) => id === exchange.id);
      if (container === undefined) {
        exchange.error(404, `No such container: ${exchange.id}`);
        return;
      }
      return answer(container, exchange);
    };
  }
}

/** Whether a label filter, `key` or `key=value`, holds. */
export function hasLabel(labels: Readonly<Record<string, string>>, filter: string): boolean {
  const [key = '', ...value] = filter.split('=');
  return filter.includes('=') ? labels[key] === value.join('=') : key in labels;
}
