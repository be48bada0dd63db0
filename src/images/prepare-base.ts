/** A base: found by its fingerprint, or obtained from the first of its sources that serves it. */
import { readFile } from 'node:fs/promises';
import type { Engine, StoredImage } from '../engine/engine.ts';
import { registryOf, splitReference } from '../engine/images/images.ts';
import { ownProcess } from '../host/process-identity.ts';
import type { Base, BaseSource } from '../model.ts';
import { remedy, stalledProblem, type ArchiveProblem } from './archive-problem.ts';
import { archiveText } from '../matrix/archive-text.ts';
import { acceptsExpired, sourceText } from './archives.ts';
import { startBootstrap, type BootstrapSource } from './bootstrap.ts';
import { baseFingerprint } from './fingerprint.ts';
import { findOrMake } from './find-or-make.ts';
import { isSilence, silenceText } from './registry-silence.ts';
import { buildContext, buildRecipe } from './build-recipe.ts';
import { imageReference, LABELS } from './naming.ts';
import { foreignPlatform } from './platform-support.ts';
import type { ImageWork, Prepared, UsableImage } from './outcome.ts';
import type { FolderContent } from '../host/folder-content.ts';

/** Seconds for a registry to answer at all. */
export const PULL_TIMEOUT_SECONDS = 600;

/** State of one run that all of its bases share. */
export interface BaseContext {
  readonly engine: Engine;
  readonly work: ImageWork;
  /** The recipe that puts packages of another suite on a bootstrapped base. */
  readonly overlayRecipe: FolderContent;
  /** The recipe that changes which archive a pulled base uses. */
  readonly archiveRecipe: FolderContent;
  /**
   * The result for each registry in this run: why it does not serve, or undefined if it does. The
   * first pull determines it for all, so that a silent registry costs its time once.
   */
  readonly registries: Map<string, Promise<string | undefined>>;
  /** The last pull of each reference: an engine has one image by a name, of whichever platform. */
  readonly pulls: Map<string, Promise<unknown>>;
}

/**
 * Prepares a base. If no source serves it, the outcome is `unavailable`, and its reason names every
 * source that was tried. If a source did serve and a later step failed, or if a pull failed on this
 * machine, the outcome is `failed`.
 */
export function prepareBase(base: Base, context: BaseContext): Promise<Prepared> {
  const { engine, work } = context;
  const fingerprint = baseFingerprint(base.sources, base.platform);
  const reference = imageReference(base.id, fingerprint);
  return findOrMake(engine, work, {
    name: `base ${base.id}`,
    fingerprint,
    reference,
    remake: work.refresh,
    problem: ({ labels }) =>
      labels[LABELS.source] === undefined || labels[LABELS.identity] === undefined
        ? 'it does not state its contents'
        : (staleness(labels, work) ?? sourceProblem(labels, base)),
    usable: (image) => ({
      id: image.id,
      reference,
      fingerprint,
      source: image.labels[LABELS.source] ?? '',
      identity: image.labels[LABELS.identity] ?? '',
      platform: foreignPlatform(engine, image),
      served: servedBy(image.labels, base),
    }),
    platform: base.platform,
    make: () => fromSources({ base, fingerprint, reference }, context),
  });
}

/** Why a base is too old for this run; undefined if it is not. */
function staleness(
  { [LABELS.made]: made = '' }: StoredImage['labels'],
  { basesSince }: ImageWork,
): string | undefined {
  // An image without a creation date predates the label.
  return basesSince === undefined || Date.parse(made) >= basesSince.getTime()
    ? undefined
    : `it was made ${made === '' ? 'at an unknown time' : `at ${made}`}, which is too long ago`;
}

/** The source that a base was made from; undefined where matrix.yaml no longer names it. */
function servedBy(labels: StoredImage['labels'], { sources }: Base): BaseSource | undefined {
  const served = labels[LABELS.served];
  if (served !== undefined) return sources.find((source) => JSON.stringify(source) === served);
  // Made before there were archives to choose from.
  const type = labels[LABELS.source]?.startsWith('pulled ') ? 'pull' : 'bootstrap';
  return sources.find((source) => source.type === type && source.archive === undefined);
}

/** Why a base does not match its current entry; undefined if it is. */
function sourceProblem(labels: StoredImage['labels'], base: Base): string | undefined {
  const served = servedBy(labels, base);
  if (served === undefined) {
    return labels[LABELS.served] === undefined
      ? undefined
      : 'it was made from a source that matrix.yaml no longer names';
  }
  const wanted = served.type === 'pull' && acceptsExpired(base, served, new Date());
  return wanted && labels[LABELS.expired] === undefined
    ? 'it does not accept expired Release files'
    : undefined;
}

/** The image that a base is to become. */
interface BaseImage {
  readonly base: Base;
  readonly fingerprint: string;
  readonly reference: string;
}

async function fromSources(wanted: BaseImage, context: BaseContext): Promise<Prepared> {
  const { base } = wanted;
  const tried: string[] = [];
  const lacking = new Set<string>();
  let problem: ArchiveProblem | undefined;
  let type: 'unavailable' | 'failed' = 'unavailable';
  for (const [index, source] of base.sources.entries()) {
    const image = source.type === 'pull' ? source.reference : undefined;
    // With another archive it is the same image.
    if (image !== undefined && lacking.has(image)) continue;
    const prepared =
      source.type === 'pull'
        ? await inTurn(source.reference, context, () => pull(source, wanted, context))
        : await bootstrapPort(source, wanted, context);
    if (prepared.type === 'ready' || prepared.type === 'cancelled') return prepared;
    if (prepared.type === 'failed' && !prepared.problem && !prepared.inherited) return prepared;
    if (image !== undefined) lacking.add(image);
    tried.push(prepared.reason);
    problem = prepared.problem ?? problem;
    if (prepared.type === 'failed') type = 'failed';
    const next = base.sources[index + 1];
    if (prepared.problem && next) {
      context.work.emit({
        type: 'notice',
        text: `${base.id}: ${prepared.reason}. Trying ${sourceText(next)} next.`,
      });
    }
  }
  // The same words for every base that only this silent registry has, so that they are reported
  // once.
  const [only = ''] = tried;
  const isAlike = tried.length === 1 && only.startsWith('the registry ');
  const help = problem ? `; ${remedy(problem.type, base.id)}` : '';
  return {
    type,
    reason: isAlike ? only : `no source serves the base ${base.id}: ${tried.join('; ')}${help}`,
  };
}

/** Does the work after all earlier requests for the same image of a registry. */
async function inTurn<Done>(
  reference: string,
  { pulls }: BaseContext,
  work: () => Promise<Done>,
): Promise<Done> {
  const before = pulls.get(reference);
  const done = before ? before.then(work, work) : work();
  pulls.set(reference, done);
  return done;
}

async function pull(
  source: Extract<BaseSource, { type: 'pull' }>,
  wanted: BaseImage,
  context: BaseContext,
): Promise<Prepared> {
  const { engine, work, registries } = context;
  const registry = registryOf(source.reference);
  const found = registries.get(registry);
  // Without one there is no wait, in which another row would ask the same registry.
  const silence = found ? await found : undefined;
  if (silence !== undefined) return { type: 'unavailable', reason: silence };
  const { platform } = wanted.base;
  // The engine's user means another image by that name, and gets it back.
  const former = platform && (await engine.image(source.reference));
  const pulling = engine.pull(
    source.reference,
    { platform, timeoutSeconds: PULL_TIMEOUT_SECONDS, onLine: lineTo(work, wanted) },
    work.signal,
  );
  if (!registries.has(registry)) {
    const finding = pulling.then((pulled) =>
      // A registry that lacks one image may have the next one.
      pulled.type === 'unavailable' && isSilence(pulled.reason)
        ? silenceText(registry, pulled.reason)
        : undefined,
    );
    // Callers that wait for it meet the failure as well; without one it is no reason to end the program.
    finding.catch(() => undefined);
    registries.set(registry, finding);
  }
  const pulled = await pulling;
  if (pulled.type === 'cancelled') return pulled;
  if (pulled.type !== 'done') {
    const reason = `pull ${source.reference}: ${pulled.reason}`;
    // Where this machine is the cause, no row may be left out as if there were no such image.
    if (pulled.type === 'failed') return { type: 'failed', reason, inherited: true };
    const silent = isSilence(pulled.reason);
    return { type: 'unavailable', reason: silent ? silenceText(registry, pulled.reason) : reason };
  }
  const served = pulled.image.platform;
  if (platform && served !== undefined && served !== platform) {
    // An engine accepts an image of a single platform whatever platform was requested, and one with the
    // store of containerd shows the one for its host where it has several by one name.
    const reason = `pull ${source.reference}: the engine now has it for ${served}, not for ${platform}`;
    return { type: 'unavailable', reason };
  }
  // The same image may have been pulled under another name before.
  const [name] = splitReference(source.reference);
  const { digests } = pulled.image;
  const digest = digests.find((one) => one.startsWith(`${name}@`)) ?? digests[0] ?? pulled.image.id;
  const plain: UsableImage = {
    id: pulled.image.id,
    reference: source.reference,
    fingerprint: wanted.fingerprint,
    source: `pulled ${digest}${platform ? ` for ${platform}` : ''}`,
    // One digest stands for the images of all platforms.
    identity: platform ? `${digest} ${platform}` : digest,
    platform: foreignPlatform(engine, pulled.image),
    served: source,
  };
  try {
    const { archive } = source;
    const expired = acceptsExpired(wanted.base, source, new Date());
    if (!archive && !expired) return await relabel(wanted, context, plain);
    const recipe = await archiveRecipe(context, archive?.keyring);
    if (typeof recipe === 'string') return { type: 'failed', reason: recipe };
    const changed = await buildRecipe(
      engine,
      {
        name: `archive/${wanted.base.id}`,
        recipe,
        args: {
          MAIN: archive?.main ?? '',
          SECURITY: archive?.security ?? '',
          TYPE: archive?.type ?? '',
          EXPIRED: expired ? 'accepted' : '',
        },
        parents: { BASE: plain },
      },
      { ...work, slot: (run) => run() },
    );
    if (changed.type !== 'ready') return changed;
    const description = archive
      ? `${plain.source}, with packages from ${archiveText(archive)}`
      : plain.source;
    return await relabel(wanted, context, {
      ...changed.image,
      source: description,
      served: source,
    });
  } finally {
    if (platform) {
      await (
        former ? engine.tag(former.id, source.reference) : engine.removeImage(source.reference)
      ).catch(() => undefined);
    }
  }
}

/**
 * The recipe with the keys of an archive that has its own signature, or why they cannot be read.
 */
async function archiveRecipe(
  { archiveRecipe: recipe }: BaseContext,
  keyring: string | undefined,
): Promise<FolderContent | string> {
  if (keyring === undefined) return recipe;
  try {
    const content = await readFile(keyring);
    return { ...recipe, files: [...recipe.files, { path: 'keyring', mode: 0o644, content }] };
  } catch (error) {
    return `the keyring ${keyring} cannot be read: ${(error as Error).message}`;
  }
}

/** Adds our labels and name to an image by a build that changes nothing else. */
async function relabel(
  { base, fingerprint, reference }: BaseImage,
  { engine, work }: BaseContext,
  from: UsableImage,
): Promise<Prepared> {
  const dockerfile = Buffer.from('ARG BASE\nFROM ${BASE}\n');
  const outcome = await engine.build(
    {
      context: buildContext({ files: [{ path: 'Dockerfile', mode: 0o644, content: dockerfile }] }),
      tag: reference,
      labels: {
        [LABELS.ours]: 'image',
        [LABELS.fingerprint]: fingerprint,
        [LABELS.name]: `base ${base.id}`,
        [LABELS.source]: from.source,
        [LABELS.identity]: from.identity,
        [LABELS.made]: new Date().toISOString(),
        ...(from.served ? { [LABELS.served]: JSON.stringify(from.served) } : {}),
        ...(from.served && acceptsExpired(base, from.served, new Date())
          ? { [LABELS.expired]: 'accepted' }
          : {}),
      },
      args: { BASE: from.reference },
      platform: from.platform,
      timeoutSeconds: work.timeoutSeconds,
      onLine: () => undefined,
    },
    work.signal,
  );
  if (outcome.type === 'cancelled') return outcome;
  if (outcome.type !== 'done') {
    return { type: 'failed', reason: `labelling ${from.reference} failed: ${outcome.reason}` };
  }
  return { type: 'ready', image: { ...from, id: outcome.image.id, reference }, built: true };
}

/**
 * Mirrors often lag with the updates of other platforms than the usual ones, and an archive may
 * lack the suites of updates. Then the release alone is used, because it does not change, and the
 * report states this.
 */
async function bootstrapPort(
  plain: Extract<BaseSource, { type: 'bootstrap' }>,
  wanted: BaseImage,
  context: BaseContext,
): Promise<Prepared> {
  const { platform } = wanted.base;
  const source: BootstrapSource = {
    ...plain,
    platform,
    acceptsExpired: acceptsExpired(wanted.base, plain, new Date()),
  };
  const whole = await bootstrap(source, plain, wanted, context);
  if (whole.type !== 'unavailable') return whole;
  const isAlone = plain.archive !== undefined && whole.problem?.type === 'no-suite';
  if (platform === undefined && !isAlone) return whole;
  const alone = await bootstrap({ ...source, releaseOnly: true }, plain, wanted, context);
  return alone.type === 'unavailable' ? whole : alone;
}

async function bootstrap(
  source: BootstrapSource,
  served: BaseSource,
  wanted: BaseImage,
  context: BaseContext,
): Promise<Prepared> {
  const { engine, work } = context;
  const { base, fingerprint } = wanted;
  const failed = (reason: string): Prepared => ({ type: 'failed', reason });
  // A failed build must not leave an image under the name that a later run looks up.
  const reference = imageReference(`unfinished/${base.id}`, fingerprint);
  const limit = AbortSignal.timeout(work.timeoutSeconds * 1000);
  const signal = AbortSignal.any([work.signal, limit]);
  const { archive, outcome } = await startBootstrap(source, lineTo(work, wanted), signal);
  const [imported, made] = await Promise.all([
    engine.import(
      {
        archive,
        tag: reference,
        platform: base.platform,
        labels: { [LABELS.ours]: 'unfinished', [LABELS.process]: ownProcess() },
        timeoutSeconds: work.timeoutSeconds,
      },
      signal,
    ),
    outcome,
  ]);
  try {
    if (work.signal.aborted) return { type: 'cancelled' };
    if (made.type === 'cancelled') {
      const reason = `bootstrapping took longer than ${work.timeoutSeconds} s`;
      const problem = stalledProblem(made.log);
      return problem
        ? { type: 'failed', problem, reason: `${archiveText(source.archive)}: ${problem.text}` }
        : failed(reason);
    }
    if (made.type !== 'done') {
      const { type, reason, log, problem } = made;
      if (problem !== undefined) return { type, reason, problem };
      return type === 'failed' ? failed([reason, ...log].join('\n')) : { type, reason };
    }
    if (imported.type !== 'done') {
      const reason = imported.type === 'cancelled' ? 'it was cancelled' : imported.reason;
      return failed(`importing the bootstrapped base failed: ${reason}`);
    }
    const plain: UsableImage = {
      id: imported.image.id,
      reference,
      fingerprint,
      source: made.description,
      identity: base.platform ? `${made.packagesDigest} ${base.platform}` : made.packagesDigest,
      platform: foreignPlatform(engine, imported.image),
      served,
    };
    if (!source.overlay) return await relabel(wanted, context, plain);
    const { suite, packages } = source.overlay;
    const overlaid = await buildRecipe(
      engine,
      {
        name: `overlay/${base.id}`,
        recipe: context.overlayRecipe,
        args: { RELEASE: source.release, SUITE: suite, PACKAGES: packages.join(' ') },
        parents: { BASE: plain },
      },
      { ...work, slot: (run) => run() },
    );
    if (overlaid.type !== 'ready') return overlaid;
    const description = `${plain.source}, with ${packages.join(', ')} from ${suite}`;
    return await relabel(wanted, context, {
      ...overlaid.image,
      source: description,
      served,
    });
  } finally {
    if (imported.type === 'done') await engine.removeImage(reference).catch(() => undefined);
  }
}

function lineTo(work: ImageWork, { base }: BaseImage): (line: string) => void {
  return (line) => {
    work.emit({ type: 'image-line', image: `base ${base.id}`, line });
  };
}
