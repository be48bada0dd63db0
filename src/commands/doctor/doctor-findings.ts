/** The checks of `matrix doctor`, one function each. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Engine } from '../../engine/engine.ts';
import { registryOf } from '../../engine/images/images.ts';
import { bytesText } from '../../host/disk-usage.ts';
import { BOOTSTRAP_PACKAGES, installCommand, missingPackages } from '../../host/debian-packages.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from '../../host/temporary-folder.ts';
import { DEBIAN_KEYRING } from '../../images/archives.ts';
import { LABELS } from '../../images/naming.ts';
import { quantity } from '../../text/quantity.ts';
import { platformsOf } from '../../app/with-emulation.ts';
import {
  emulationAdvice,
  checkPlatformSupport,
  type PlatformSupport,
} from '../../images/platform-support.ts';
import { checkSandbox } from '../../images/sandbox-check.ts';
import { PLATFORMS } from '../../platform.ts';
import type { RunPlan } from '../../run/plan.ts';

export interface Diagnosis {
  readonly what: string;
  readonly state: 'good' | 'warning' | 'bad';
  readonly detail: string;
  /** The command that fixes it. */
  readonly fix?: string;
}

/** Bytes that the images of the default group and their builds need, generously. */
const WANTED_BYTES = 12 * 1024 ** 3;
/** Below this not even a container can be made. */
const LEAST_BYTES = 512 * 1024 ** 2;
/** Seconds within which a server must answer. */
const ANSWER_SECONDS = 5;
const APT_HELPER = '/usr/lib/apt/apt-helper';
/** The default mirror of mmdebstrap. */
const ARCHIVE = 'http://deb.debian.org/debian/dists/stable/InRelease';

export function engineFinding({ description }: Engine): Diagnosis {
  const { name, version, apiVersion, endpoint } = description;
  return {
    what: 'engine',
    state: 'good',
    detail: `${name} ${version} (API ${apiVersion}), ${endpoint}`,
  };
}

export function cpuFinding({ description }: Engine): Diagnosis {
  const { cpus } = description.host;
  return cpus < 2
    ? {
        what: 'CPUs',
        state: 'bad',
        detail: `the engine's host has ${cpus}, and a race needs two`,
        fix: 'bin/matrix run --engine URL, for an engine on a machine with more CPUs',
      }
    : {
        what: 'CPUs',
        state: 'good',
        detail: `${cpus} on the engine's host, ${availableParallelism()} here`,
      };
}

/**
 * Which platforms' rows this engine can measure, and what it takes for the others. They are a problem
 * only where the plan has rows of them, and then a small one, since these are left out.
 */
export async function platformFinding(
  { description }: Pick<Engine, 'description'>,
  { environments }: Pick<RunPlan, 'environments'>,
): Promise<Diagnosis> {
  const found = await Promise.all(
    PLATFORMS.map(async (platform) => ({
      platform,
      support: await checkPlatformSupport(platform, description.host),
    })),
  );
  const named = (type: PlatformSupport['type']) =>
    found.filter(({ support }) => support.type === type).map(({ platform }) => platform);
  const parts = [
    ['natively', named('native')],
    ['by emulation', named('emulated')],
    ['unknown, because the engine is on another machine:', named('unknown')],
    ['not at all:', named('none')],
  ] as const;
  const detail = parts
    .filter(([, platforms]) => platforms.length > 0)
    .map(([how, platforms]) =>
      how.endsWith(':') ? `${how} ${platforms.join(', ')}` : `${platforms.join(', ')} ${how}`,
    )
    .join('; ');
  const lacking = named('none');
  const asked = platformsOf(environments).filter((platform) => lacking.includes(platform));
  const skipped = asked.length > 0 ? `; rows of ${asked.join(', ')} are skipped` : '';
  return {
    what: 'platforms',
    state: asked.length > 0 ? 'warning' : 'good',
    detail: `${detail}${skipped}`,
    ...(lacking.length > 0 ? { fix: `bin/matrix run --install. ${emulationAdvice()}.` } : {}),
  };
}

/**
 * Whether the limits of a container hold, and whether a trial's programs work in it: tested in the
 * image of one row, if there is one.
 */
export async function sandboxFinding(
  engine: Engine,
  plan: Pick<RunPlan, 'environments'>,
  signal: AbortSignal,
): Promise<readonly Diagnosis[]> {
  const names = new Map(
    plan.environments.map(({ id, python }) => [`${id}/reproduction`, python.command]),
  );
  const images = await engine.images(`${LABELS.ours}=image`);
  // The newest C library asks most of an engine's seccomp profile, and sorts last as a rule.
  const image = images
    .filter(({ labels }) => names.has(labels[LABELS.name] ?? ''))
    .sort((a, b) => ((a.labels[LABELS.name] ?? '') < (b.labels[LABELS.name] ?? '') ? -1 : 1))
    .at(-1);
  if (!image) {
    return [
      {
        what: 'limits',
        state: 'warning',
        detail: 'not tried, because there is no image yet',
        fix: 'bin/matrix run, then bin/matrix doctor again',
      },
    ];
  }
  const name = image.labels[LABELS.name] ?? '';
  const check = await checkSandbox(engine, image.id, names.get(name) ?? '', signal);
  if (check.type === 'failed') {
    return [
      { what: 'limits', state: 'bad', detail: check.reason, fix: 'bin/matrix run --refresh' },
    ];
  }
  const newer = 'apt-get install --only-upgrade docker.io runc libseccomp2';
  return [
    check.wrong.length === 0
      ? { what: 'limits', state: 'good', detail: `enforced in a container of ${name}` }
      : {
          what: 'limits',
          state: 'bad',
          detail: `the engine does not enforce: ${check.wrong.join(', ')}`,
          fix: 'bin/matrix run --engine private, as root; or use an engine that has these control groups',
        },
    check.trouble.length === 0
      ? {
          what: 'seccomp and strace',
          state: 'good',
          detail: 'threads, child processes and strace work there',
        }
      : { what: 'seccomp and strace', state: 'bad', detail: check.trouble.join('; '), fix: newer },
  ];
}

export async function spaceFinding(engine: Engine, folder: string): Promise<Diagnosis> {
  const { bavail, bsize } = await statfs(folder).catch(() => statfs('/'));
  const free = bavail * bsize;
  const whose = engine.description.private
    ? folder
    : `${folder} (the engine may store its images elsewhere)`;
  const detail = `${bytesText(free)} free for ${whose}`;
  const fix = 'bin/matrix clean, or bin/matrix clean --all, which also removes the images';
  if (free < LEAST_BYTES) return { what: 'disk', state: 'bad', detail, fix };
  return free < WANTED_BYTES
    ? {
        what: 'disk',
        state: 'warning',
        detail: `${detail}, and the default group may need ${bytesText(WANTED_BYTES)}`,
        fix,
      }
    : { what: 'disk', state: 'good', detail };
}

export async function bootstrapFindings(
  platform = process.platform,
): Promise<readonly Diagnosis[]> {
  if (platform !== 'linux') {
    return [
      {
        what: 'bootstrapping',
        state: 'warning',
        detail: 'needs Linux, so bases that no registry serves are skipped',
      },
    ];
  }
  const missing = await missingPackages(BOOTSTRAP_PACKAGES, process.env);
  if (missing.length > 0) {
    return [
      {
        what: 'bootstrapping',
        state: 'warning',
        detail: `${missing.join(' ')} not installed: bases that no registry serves are skipped`,
        fix: installCommand(missing),
      },
    ];
  }
  return [
    { what: 'bootstrapping', state: 'good', detail: 'mmdebstrap is installed' },
    existsSync(DEBIAN_KEYRING)
      ? { what: 'keys', state: 'good', detail: DEBIAN_KEYRING }
      : {
          what: 'keys',
          state: 'warning',
          detail: `${DEBIAN_KEYRING} does not exist, so no Debian release can be verified`,
          fix: 'apt-get install debian-archive-keyring',
        },
  ];
}

/** Whether the archive answers, asked as mmdebstrap asks it: by apt, with its proxies. */
export async function mirrorFinding(signal: AbortSignal): Promise<Diagnosis> {
  if (!existsSync(APT_HELPER)) {
    return { what: 'archive', state: 'warning', detail: 'not checked: this host has no apt' };
  }
  const folder = await makeTemporaryFolder('doctor');
  try {
    const child = spawn(
      APT_HELPER,
      [
        ...['-o', `Acquire::http::Timeout=${ANSWER_SECONDS}`, '-o', 'Acquire::Retries=0'],
        ...['download-file', ARCHIVE, join(folder, 'InRelease')],
      ],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, LC_ALL: 'C' },
        signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_SECONDS * 1000)]),
      },
    );
    const problem: string[] = [];
    child.on('error', (error) => problem.push(error.message));
    const [, printed] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close').catch(() => []),
    ]);
    if (child.exitCode === 0) return { what: 'archive', state: 'good', detail: 'answers' };
    const words = [...problem, ...printed.trim().split('\n').slice(0, 1)].join(' ').trim();
    return {
      what: 'archive',
      state: 'warning',
      detail: `does not answer within ${ANSWER_SECONDS} s: ${words}`,
      fix: 'http_proxy=http://HOST:PORT bin/matrix doctor, or set Acquire::http::Proxy in /etc/apt/apt.conf.d',
    };
  } finally {
    await removeTemporaryFolder(folder);
  }
}

/**
 * Whether the registries of the bases answer the engine, each by a request for the first image that
 * it should have. Without a registry, bases are bootstrapped if possible.
 */
export async function registryFindings(
  engine: Engine,
  plan: Pick<RunPlan, 'environments' | 'registryRows'>,
  signal: AbortSignal,
): Promise<readonly Diagnosis[]> {
  const { environments, registryRows = [] } = plan;
  const references = new Map<string, string>();
  const bootstrapped = new Set<string>();
  for (const { base } of [...environments, ...registryRows]) {
    for (const source of base.sources) {
      if (source.type === 'bootstrap') bootstrapped.add(base.id);
      else if (!references.has(registryOf(source.reference))) {
        references.set(registryOf(source.reference), source.reference);
      }
    }
  }
  const what = 'registry';
  if (references.size === 0) return [{ what, state: 'good', detail: 'none is needed' }];
  const lonely = environments.filter(({ base }) => !bootstrapped.has(base.id)).length;
  const unserved = `${quantity(lonely, 'row')} ${lonely === 1 ? 'has' : 'have'} no other source`;
  const otherwise = [
    lonely === 0 ? 'bases are bootstrapped instead' : unserved,
    ...(registryRows.length === 0 ? [] : [`${quantity(registryRows.length, 'row')} left out`]),
  ].join(', ');
  return Promise.all(
    [...references.values()].map(async (reference): Promise<Diagnosis> => {
      const refusal = await engine.registryRefusal(reference, ANSWER_SECONDS, signal);
      if (refusal === undefined) return { what, state: 'good', detail: `serves ${reference}` };
      return refusal.isLost
        ? {
            what,
            state: 'warning',
            detail: `unknown: the engine could not ask for ${reference}: ${refusal.reason}`,
            fix: 'bin/matrix doctor, once the engine answers',
          }
        : {
            what,
            state: 'warning',
            detail: `does not serve ${reference}: ${refusal.reason}; ${otherwise}`,
            fix: 'HTTPS_PROXY=http://HOST:PORT bin/matrix doctor, if the network needs a proxy',
          };
    }),
  );
}
