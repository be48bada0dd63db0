/** Reports with which programs `make test` ran; what is not installed was not tested. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rootOf } from './debian-root.ts';
import { SID } from './releases.ts';

const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };

function versionText(name: string, program: string): string {
  const child = spawnSync(program, ['--version'], { encoding: 'utf8', env });
  const version = child.error ? undefined : /\d+(\.\d+)+/.exec(child.stdout)?.[0];
  return version === undefined ? `no ${name}` : `${name} ${version}`;
}

const newer = `${rootOf(SID)}/usr/sbin/dockerd`;
const versions = [
  versionText('Docker', 'dockerd'),
  existsSync(newer) ? versionText('Docker with the containerd store', newer) : 'no newer Docker',
  versionText('Podman', 'podman'),
  versionText('Chromium', process.env['CHROMIUM'] ?? 'chromium'),
];
process.stdout.write(`Tested with Node ${process.versions.node}, ${versions.join(', ')}.\n`);
