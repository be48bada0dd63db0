/**
 * A scriptable container engine: it speaks Docker's API over a unix socket, runs scripts instead of
 * programs, and misbehaves on request. It shares no code with the client.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Exchange } from './exchange.ts';
import type { CreateBody, Script } from './fake-containers.ts';
import { FakeContainers } from './fake-containers.ts';
import { FakeImages } from './fake-images.ts';

/** The misbehaviour of a route. */
export type Misbehaviour =
  | { readonly type: 'status'; readonly status: number; readonly message?: string }
  /** No answer, ever. */
  | { readonly type: 'hang' }
  /** The connection is closed without an answer. */
  | { readonly type: 'cut' }
  /** The connection is closed in the middle of a good answer. */
  | { readonly type: 'cut-in-answer'; readonly text: string }
  /** A late answer, which is then the right one. */
  | { readonly type: 'slow'; readonly milliseconds: number }
  /** The right thing is done, but the answer to it is lost. */
  | { readonly type: 'lose-answer' }
  /** A whole answer with the status 200. */
  | { readonly type: 'answer'; readonly text: string }
  /** Anything else. */
  | { readonly type: 'handle'; readonly handle: (exchange: Exchange) => Promise<void> | void };

export interface FakeEngineOptions {
  /** The behaviour of a container, by its creation request; by default, it ends at once. */
  readonly script?: (body: CreateBody) => Script;
  /** Added to the answer to `GET /version`. */
  readonly version?: Readonly<Record<string, unknown>>;
  /** Added to the answer to `GET /info`. */
  readonly info?: Readonly<Record<string, unknown>>;
}

export interface FakeEngine {
  /** `unix:///…` */
  readonly address: string;
  readonly socket: string;
  readonly images: FakeImages;
  readonly containers: FakeContainers;
  /** The requested routes, in order: `POST /containers/create`. */
  readonly requests: readonly string[];
  /** Makes a route, such as `GET /containers/{id}/json`, misbehave the next few times. */
  misbehave(route: string, how: Misbehaviour, times?: number): void;
  /** Stops it; what is still connected is cut off. */
  close(): Promise<void>;
}

export async function startFakeEngine(options: FakeEngineOptions = {}): Promise<FakeEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'fake-engine-'));
  const socket = join(folder, 'engine.sock');
  const images = new FakeImages();
  const containers = new FakeContainers(options.script ?? (() => ({})), (reference) =>
    images.has(reference),
  );
  const requests: string[] = [];
  const planned = new Map<string, Misbehaviour[]>();
  const routes: Record<string, (exchange: Exchange) => Promise<void> | void> = {
    'GET /_ping': (exchange) => {
      exchange.response.end('OK');
    },
    'GET /version': (exchange) => {
      exchange.json(200, { ...VERSION, ...options.version });
    },
    'GET /info': (exchange) => {
      exchange.json(200, { ...INFO, ...options.info });
    },
    ...images.routes,
    ...containers.routes,
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://engine');
    const { route, id } = match(request.method ?? 'GET', url.pathname);
    requests.push(route);
    const handler = routes[route];
    const exchange = new Exchange(request, response, url, id);
    if (handler === undefined) {
      exchange.error(404, 'page not found');
      return;
    }
    const misbehaviour = planned.get(route)?.shift();
    if (misbehaviour === undefined) await handler(exchange);
    else await misbehaveNow(misbehaviour, exchange, handler);
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => request.socket.destroy());
  });
  server.listen(socket);
  await once(server, 'listening');

  return {
    address: `unix://${socket}`,
    socket,
    images,
    containers,
    requests,
    misbehave: (route, how, times = 1) => {
      if (!(route in routes)) throw new RangeError(`The fake engine has no route ${route}.`);
      const list = planned.get(route) ?? [];
      list.push(...Array.from({ length: times }, () => how));
      planned.set(route, list);
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function misbehaveNow(
  how: Misbehaviour,
  exchange: Exchange,
  handler: (exchange: Exchange) => Promise<void> | void,
): Promise<void> {
  switch (how.type) {
    case 'status':
      exchange.error(how.status, how.message ?? 'the engine has a bad day');
      return;
    case 'hang':
      return;
    case 'cut':
      exchange.cut();
      return;
    case 'cut-in-answer':
      exchange.cutInAnswer(how.text);
      return;
    case 'slow':
      await sleep(how.milliseconds);
      await handler(exchange);
      return;
    case 'lose-answer':
      exchange.response.end = (() => {
        exchange.cut();
        return exchange.response;
      }) as typeof exchange.response.end;
      await handler(exchange);
      return;
    case 'answer':
      exchange.response.writeHead(200, { 'Content-Type': 'application/json' });
      exchange.response.end(how.text);
      return;
    case 'handle':
      await how.handle(exchange);
  }
}

/** The route of a path, with `{id}` for a container's or image's name. */
function match(method: string, path: string): { route: string; id: string } {
  const plain = path.replace(/^\/v\d+\.\d+(?=\/)/, '');
  const found =
    /^\/(?<kind>containers|images|distribution)\/(?!create$|json$)(?<id>.+?)(?<rest>\/(?:json|attach|start|wait|kill|unpause))?$/.exec(
      plain,
    )?.groups;
  return found === undefined
    ? { route: `${method} ${plain}`, id: '' }
    : {
        route: `${method} /${found['kind'] ?? ''}/{id}${found['rest'] ?? ''}`,
        id: decodeURIComponent(found['id'] ?? ''),
      };
}

const VERSION = {
  Version: '20.10.24',
  ApiVersion: '1.41',
  Os: 'linux',
  Arch: 'amd64',
  KernelVersion: '6.1.0',
  Components: [{ Name: 'Engine', Version: '20.10.24' }],
};

const INFO = {
  OSType: 'linux',
  Architecture: 'x86_64',
  NCPU: 4,
  MemTotal: 8_000_000_000,
  KernelVersion: '6.1.0',
  MemoryLimit: true,
  PidsLimit: true,
  CPUSet: true,
  Driver: 'overlay2',
};
