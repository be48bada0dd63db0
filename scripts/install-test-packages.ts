/**
 * `make test`'s own set-up: Debian's packages that the tests need besides what the program does. With
 * --install it names and installs what is missing; without, it only says so.
 */
import { canInstall, installPackages, missingPackages } from '../src/host/debian-packages.ts';
import {
  CHROMIUM_PACKAGE,
  PYTHON_PACKAGE,
  REGISTRY_PACKAGE,
  XMLLINT_PACKAGE,
} from './test-packages.ts';

const ENVIRONMENT = process.env;

async function main(mayInstall: boolean): Promise<string | undefined> {
  // A Chromium of the user's own serves as well.
  const browser = ENVIRONMENT['CHROMIUM'] === undefined ? [CHROMIUM_PACKAGE] : [];
  const wanted = [...browser, XMLLINT_PACKAGE, PYTHON_PACKAGE, REGISTRY_PACKAGE];
  const missing = await missingPackages(wanted, ENVIRONMENT);
  if (missing.length === 0) return undefined;
  const names = missing.join(' ');
  if (!mayInstall || !(await canInstall(ENVIRONMENT))) {
    const why = mayInstall ? 'only root can install it, with apt-get' : 'BOOTSTRAP=0 forbids it';
    return `the tests need ${names}, and ${why}: apt-get install ${names} (or CHROMIUM=/path/to/a/chromium)`;
  }
  process.stderr.write(
    `installing ${names} with apt-get, which only the tests need (BOOTSTRAP=0 make … does without, and says what is missing)\n`,
  );
  const outcome = await installPackages(missing, ENVIRONMENT);
  return outcome.type === 'installed' ? undefined : `installing ${names}: ${outcome.reason}`;
}

const problem = await main(process.argv.includes('--install'));
if (problem !== undefined) {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
}
