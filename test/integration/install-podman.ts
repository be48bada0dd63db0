/**
 * Installs Debian's podman for the tests of it, if packages can be installed; otherwise reports
 * that they cannot.
 */
import { spawnSync } from 'node:child_process';
import {
  announcement,
  canInstall,
  installPackages,
  missingPackages,
} from '../../src/host/debian-packages.ts';

const missing = await missingPackages(
  [
    { package: 'podman', program: 'podman' },
    // In place of crun, which refuses a machine with the control groups of both versions.
    { package: 'runc', program: 'runc' },
    // Which Podman needs for a container's init.
    { package: 'catatonit', program: 'catatonit' },
  ],
  process.env,
);
if (missing.length > 0 && (await canInstall(process.env))) {
  process.stderr.write(`${announcement(missing, ', for the tests of Podman')}\n`);
  const outcome = await installPackages(missing, process.env);
  if (outcome.type !== 'installed') {
    process.stderr.write(`The tests of Podman are skipped: ${outcome.reason}.\n`);
  }
  // Debian starts a system-wide service, which runs of the matrix would find from then on.
  spawnSync('systemctl', ['disable', '--now', 'podman.socket', 'podman.service'], {
    stdio: 'ignore',
  });
}
