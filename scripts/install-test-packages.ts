/**
 * `make test`'s own set-up: Debian's packages that the tests need besides what the program does.
 * With --install it names and installs missing packages; without, it only names them. With --soak,
 * only those of the soak.
 */
import {
  announcement,
  canInstall,
  installCommand,
  installPackages,
  missingPackages,
} from '../src/host/debian-packages.ts';
import {
  CHROMIUM_PACKAGE,
  COMPILER_PACKAGE,
  GPG_PACKAGES,
  NETWORK_PACKAGE,
  PYTHON_PACKAGE,
  REGISTRY_PACKAGE,
  SOAK_PACKAGES,
  STRACE_PACKAGE,
  XMLLINT_PACKAGE,
} from './test-packages.ts';

const ENVIRONMENT = process.env;

/** Other browsers serve as well. */
const BROWSER = ENVIRONMENT['CHROMIUM'] === undefined ? [CHROMIUM_PACKAGE] : [];
const ALL = [
  ...BROWSER,
  ...[XMLLINT_PACKAGE, PYTHON_PACKAGE, REGISTRY_PACKAGE],
  ...[STRACE_PACKAGE, COMPILER_PACKAGE, ...GPG_PACKAGES, NETWORK_PACKAGE],
  ...SOAK_PACKAGES,
];

async function main(mayInstall: boolean, soak: boolean): Promise<string | undefined> {
  const missing = await missingPackages(soak ? SOAK_PACKAGES : ALL, ENVIRONMENT);
  if (missing.length === 0) return undefined;
  if (!mayInstall || !(await canInstall(ENVIRONMENT))) {
    const why = mayInstall ? 'which only root can install' : 'which BOOTSTRAP=0 does not install';
    const browser = missing.includes(CHROMIUM_PACKAGE.package)
      ? ' (or set CHROMIUM to the path of a Chromium)'
      : '';
    return `The tests need packages that are missing, ${why}. Run: ${installCommand(missing)}${browser}`;
  }
  process.stderr.write(`${announcement(missing, ', which only the tests need')}\n`);
  const outcome = await installPackages(missing, ENVIRONMENT);
  return outcome.type === 'installed'
    ? undefined
    : `Installing ${missing.join(' ')} failed: ${outcome.reason}.`;
}

const problem = await main(process.argv.includes('--install'), process.argv.includes('--soak'));
if (problem !== undefined) {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
}
