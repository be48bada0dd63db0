/** A registry between the engine and the real one, which can be set to cause failures. */
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export type Harm =
  | { readonly type: 'none' }
  /** Every tag is answered with the image of this one. */
  | { readonly type: 'other-image'; readonly tag: string }
  /** A byte of every layer and configuration is another one. */
  | { readonly type: 'flipped-byte' }
  /** The connection ends in the middle of each layer, and no answer follows. */
  | { readonly type: 'gone-in-the-middle' };

export interface SpoilingProxy {
  readonly address: string;
  harm: Harm;
  /** Requests so far. */
  requests: number;
  readonly stop: () => Promise<void>;
}

/** @param target `host:port` of the real registry */
export async function startSpoilingProxy(target: string): Promise<SpoilingProxy> {
  const [hostname, port] = target.split(':');
  const pass = async (incoming: IncomingMessage, answer: ServerResponse): Promise<void> => {
    proxy.requests += 1;
    const { harm } = proxy;
    const path =
      harm.type === 'other-image' && incoming.method !== 'PUT'
        ? (incoming.url ?? '').replace(/(\/manifests\/)(?!sha256:)[^/]+$/, `$1${harm.tag}`)
        : incoming.url;
    const body = await buffer(incoming);
    const outgoing = request({
      ...{ hostname, port, path, method: incoming.method },
      headers: incoming.headers,
    });
    outgoing.end(body);
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    let content = await buffer(response);
    const isBlob = incoming.method === 'GET' && (path ?? '').includes('/blobs/sha256:');
    if (isBlob && harm.type === 'flipped-byte') {
      content = Buffer.from(content);
      const middle = Math.floor(content.length / 2);
      content.writeUInt8(content.readUInt8(middle) ^ 1, middle);
    }
    const headers = { ...response.headers };
    if (headers.location !== undefined)
      headers.location = headers.location.replace(target, address);
    answer.writeHead(response.statusCode ?? 500, headers);
    if (isBlob && harm.type === 'gone-in-the-middle') {
      answer.write(content.subarray(0, Math.floor(content.length / 2)));
      server.close();
      server.closeAllConnections();
      return;
    }
    answer.end(content);
  };
  const server = createServer((incoming, answer) => {
    pass(incoming, answer).catch(() => {
      answer.destroy();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const proxy: SpoilingProxy = {
    address,
    harm: { type: 'none' },
    requests: 0,
    stop: async () => {
      if (!server.listening) return;
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}
