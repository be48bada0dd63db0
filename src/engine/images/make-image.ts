/**
 * Making an image: by a build, by a pull, by an import. All three return a stream that may hide an
 * error in a successful response, or stop without one. So each ends with an inspection of the
 * image.
 */
import type Docker from 'dockerode';
import type { Calls } from '../calls.ts';
import type { BuildRequest, ImageOutcome, ImportRequest, PullOptions } from '../engine.ts';
import { engineMessage } from '../failure.ts';
import { withoutSecrets, type Credentials } from './credentials.ts';
import { inspectImage, removeImage, splitReference } from './images.ts';
import { labelInstructions } from './import-labels.ts';
import { runStreamedCall, type StreamedCall } from './streamed-call.ts';

/** Variables that a build passes to its steps if the environment has them, in both spellings. */
const PROXY_VARIABLES = ['HTTP_PROXY', 'HTTPS_PROXY', 'FTP_PROXY', 'NO_PROXY', 'ALL_PROXY'];

/** How the steps of a build reach the network. */
export interface BuildNetwork {
  /** The engine's own choice if absent. */
  readonly mode?: 'host';
  readonly proxies: Readonly<Record<string, string>>;
}

/** The proxy settings of an environment, as build arguments that every engine knows. */
export function proxyArguments(env: NodeJS.ProcessEnv): Record<string, string> {
  const names = PROXY_VARIABLES.flatMap((name) => [name, name.toLowerCase()]);
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = env[name];
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
}

/** Builds with the classic builder, the only one that Docker 20.10 to 28 and Podman have in common. */
export async function buildImage(
  calls: Calls,
  request: BuildRequest,
  network: BuildNetwork,
  signal: AbortSignal,
): Promise<ImageOutcome> {
  const source = request.context;
  return await makeImage(calls, {
    what: `The build of ${request.tag}`,
    tag: request.tag,
    source,
    onLine: request.onLine,
    limit: { seconds: request.timeoutSeconds, of: 'whole' },
    signal,
    begin: (docker, abortSignal) => {
      const options: Docker.ImageBuildOptions = {
        t: request.tag,
        labels: { ...request.labels },
        buildargs: { ...network.proxies, ...request.args },
        rm: true,
        // Without it the containers of a failed or interrupted build stay behind.
        forcerm: true,
        ...platformOption(request),
        abortSignal,
      };
      if (network.mode !== undefined) options.networkmode = network.mode;
      // The library's types have a number where the API takes a list such as `0,1`.
      if (request.cpuset !== undefined) Object.assign(options, { cpusetcpus: request.cpuset });
      return docker.buildImage(source, options);
    },
  });
}

/** Imports the tar of a root file system. */
export async function importImage(
  calls: Calls,
  request: ImportRequest,
  signal: AbortSignal,
): Promise<ImageOutcome> {
  const source = request.archive;
  let changes: string[];
  try {
    changes = labelInstructions(request.labels);
  } catch (error) {
    source.destroy();
    return { type: 'failed', reason: engineMessage(error), log: [] };
  }
  const outcome = await makeImage(calls, {
    what: `The import of ${request.tag}`,
    tag: request.tag,
    source,
    onLine: () => undefined,
    limit: { seconds: request.timeoutSeconds, of: 'whole' },
    signal,
    // The tag is part of the name, since Podman 4.3 ignores it elsewhere.
    begin: (docker, abortSignal) =>
      docker.importImage(source, {
        repo: request.tag,
        changes,
        ...platformOption(request),
        abortSignal,
      }),
  });
  if (outcome.type !== 'done') return outcome;
  const wrong = Object.entries(request.labels).find(
    ([key, value]) => outcome.image.labels[key] !== value,
  );
  if (wrong === undefined) return outcome;
  await removeImage(calls, request.tag);
  return {
    type: 'failed',
    reason: `The import of ${request.tag} lost its label ${wrong[0]}.`,
    log: [],
  };
}

/**
 * Pulls an image. The time limit is that of silence: a registry that answers may take longer. Every
 * error of a registry or of the network is `unavailable`, because another source may serve; where the
 * engine itself is lost, none is.
 */
export async function pullImage(
  calls: Calls,
  reference: string,
  options: PullOptions,
  signal: AbortSignal,
  credentials?: Credentials,
): Promise<ImageOutcome> {
  const [fromImage, tag] = splitReference(reference);
  const outcome = await makeImage(calls, {
    what: `The pull of ${reference}`,
    tag: reference,
    onLine: options.onLine,
    limit: { seconds: options.timeoutSeconds, of: 'silence' },
    signal,
    // Without a tag an engine would pull all of them.
    begin: (docker, abortSignal) =>
      docker.createImage(credentials, {
        fromImage,
        tag,
        ...platformOption(options),
        abortSignal,
      }),
  });
  if (outcome.type !== 'failed') return outcome;
  const reason = withoutSecrets(outcome.reason, credentials);
  const log = outcome.log.map((line) => withoutSecrets(line, credentials));
  return outcome.isLost || isLocalTrouble(reason)
    ? { type: 'failed', reason, log }
    : { type: 'unavailable', reason };
}

/** An undefined value would be sent as an empty text. */
function platformOption({ platform }: Pick<PullOptions, 'platform'>): { platform?: string } {
  return platform === undefined ? {} : { platform };
}

/** Whether a pull failed on this machine, where another source would fare no better. */
function isLocalTrouble(reason: string): boolean {
  return /no space left on device|failed to register layer|read-only file system/i.test(reason);
}

/** Makes an image, and inspects it once the engine reports success. */
async function makeImage(
  calls: Calls,
  { tag, ...making }: StreamedCall & { readonly tag: string },
) {
  type Done = Extract<ImageOutcome, { type: 'done' }>;
  return await runStreamedCall<Done>(calls, making, async ({ imageId }) => {
    const image = await inspectImage(calls, tag, making.signal);
    if (image === undefined) {
      return 'the engine reported no error, but the image does not exist.';
    }
    // Whether the image that the engine now has under the tag is the one that was made.
    return imageId !== undefined && imageId !== image.id
      ? `the engine made ${imageId}, but ${tag} is ${image.id}.`
      : { type: 'done', image };
  });
}
