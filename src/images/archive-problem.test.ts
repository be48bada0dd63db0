/** The texts are those of apt 2.6 and mmdebstrap 1.3, each had from an archive with that fault. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { findArchiveProblem, layerProblem, remedy, stalledProblem } from './archive-problem.ts';

const IN_RELEASE = 'http://mirror/debian/dists/trixie/InRelease';
const MMDEBSTRAP_END = [
  'E: apt-get update --error-on=any -oAPT::Status-Fd=<$fd> -oDpkg::Use-Pty=false failed',
  'I: main() received signal PIPE: waiting for setup...',
  'E: mmdebstrap failed to run',
];

describe('what an archive has wrong', () => {
  const cases: readonly (readonly [string, readonly string[], string, RegExp])[] = [
    [
      'is its date, where that is past',
      [
        'Get:1 http://mirror/debian trixie InRelease [563 B]',
        'Reading package lists...',
        `E: Release file for ${IN_RELEASE} is expired (invalid since 1d 0h 0min 2s). Updates for this repository will not be applied.`,
      ],
      'expired',
      /InRelease expired 1d 0h 0min 2s ago$/,
    ],
    [
      'is the clock, where its date is to come',
      [
        `E: Release file for ${IN_RELEASE} is not valid yet (invalid for another 5h 3min 2s). Updates for this repository will not be applied.`,
      ],
      'early',
      /not valid for another 5h 3min 2s, by the clock of this machine/,
    ],
    [
      'is a suite that moved',
      [
        'Ign:1 http://mirror/debian trixie InRelease',
        'Err:2 http://mirror/debian trixie Release',
        '  404  Not Found [IP: 127.0.0.1 33647]',
        'Reading package lists...',
        "E: The repository 'http://mirror/debian trixie Release' does not have a Release file.",
      ],
      'no-suite',
      /^http:\/\/mirror\/debian trixie does not exist$/,
    ],
    [
      'is a suite that stopped',
      ["E: The repository 'http://mirror/debian trixie Release' no longer has a Release file."],
      'no-suite',
      /trixie does not exist/,
    ],
    [
      'is a suite with another name',
      [
        "E: Repository 'http://mirror/debian bullseye InRelease' changed its 'Suite' value from 'oldstable' to 'oldoldstable'",
      ],
      'no-suite',
      /bullseye InRelease changed from oldstable to oldoldstable/,
    ],
    [
      'is a package that vanished',
      [
        'Err:1 http://mirror/debian trixie/main amd64 tiny all 1',
        '  404  Not Found [IP: 127.0.0.1 80]',
        'E: Failed to fetch http://mirror/debian/pool/tiny_1_all.deb  404  Not Found [IP: 127.0.0.1 80]',
        'E: Unable to fetch some archives, maybe run apt-get update or try with --fix-missing?',
      ],
      'vanished',
      /pool\/tiny_1_all\.deb is listed but not served/,
    ],
    [
      'is a mirror between two updates',
      [
        'Err:2 http://mirror/debian trixie/main amd64 Packages',
        '  Hash Sum mismatch',
        'E: Failed to fetch http://mirror/debian/dists/trixie/main/binary-amd64/Packages  Hash Sum mismatch',
        'E: Some index files failed to download. They have been ignored, or old ones used instead.',
      ],
      'mixed',
      /binary-amd64\/Packages differs from its Release file/,
    ],
    [
      'is a file of another size',
      [
        'E: Failed to fetch http://mirror/debian/dists/trixie/main/Packages.xz  File has unexpected size (520 != 260). Mirror sync in progress? [IP: 127.0.0.1 80]',
      ],
      'mixed',
      /Packages\.xz differs from/,
    ],
    [
      'is a key that nobody trusts',
      [
        "  The following signatures couldn't be verified because the public key is not available: NO_PUBKEY 9B0E167E2EC89B2E",
        "W: GPG error: http://mirror/debian trixie InRelease: The following signatures couldn't be verified because the public key is not available: NO_PUBKEY 9B0E167E2EC89B2E",
        "E: The repository 'http://mirror/debian trixie InRelease' is not signed.",
      ],
      'signature',
      /^http:\/\/mirror\/debian trixie InRelease is not signed by a key that is trusted$/,
    ],
    [
      'is no signature at all',
      ["E: The repository 'http://mirror/debian trixie Release' is not signed."],
      'signature',
      /is not signed/,
    ],
    [
      'is a login page of the network in place of the archive',
      [
        `E: Failed to fetch ${IN_RELEASE}  Clearsigned file isn't valid, got 'NOSPLIT' (does the network require authentication?)`,
      ],
      'signature',
      /InRelease is not signed by a key/,
    ],
    [
      'is a server that is too slow, of which apt only warns',
      [
        `W: Failed to fetch ${IN_RELEASE}  Connection timed out [IP: 127.0.0.1 33647]`,
        'W: Some index files failed to download. They have been ignored, or old ones used instead.',
        'E: Unable to locate package tiny',
      ],
      'unreachable',
      /InRelease cannot be fetched: Connection timed out$/,
    ],
    [
      'is a server that is dead',
      [
        `E: Failed to fetch ${IN_RELEASE}  Could not connect to mirror:80 (127.0.0.1). - connect (111: Connection refused)`,
      ],
      'unreachable',
      /cannot be fetched: Could not connect to mirror:80/,
    ],
    [
      'is a name that nobody resolves',
      [`E: Failed to fetch ${IN_RELEASE}  Temporary failure resolving 'mirror'`],
      'unreachable',
      /Temporary failure resolving 'mirror'$/,
    ],
    [
      'is a version that went by',
      [
        'Package libc6-dev is not available, but is referred to by another package.',
        "E: Version '2.31-13+deb11u13' for 'libc6-dev' was not found",
      ],
      'version',
      /no longer has libc6-dev 2\.31-13\+deb11u13/,
    ],
    [
      'is a source package that it lacks',
      ['E: Unable to find a source package for python3.15'],
      'no-source',
      /no source package python3\.15/,
    ],
  ];
  for (const [name, lines, type, text] of cases) {
    it(name, () => {
      for (const printed of [
        lines,
        [...lines, ...MMDEBSTRAP_END],
        lines.map((line) => `#9 12.34 ${line}\r`),
      ]) {
        const problem = findArchiveProblem(printed);
        assert.equal(problem?.type, type);
        assert.match(problem.text, text);
        assert.doesNotMatch(problem.text, /[\r\n]/);
      }
      assert.equal(layerProblem('The command returned a non-zero code: 100', lines)?.type, type);
      // A compiler that failed after apt had complained of a mirror and had used another.
      assert.equal(layerProblem('The command returned a non-zero code: 2', lines), undefined);
    });
  }

  it('is nothing where apt is content, or lacks a package that was never there', () => {
    for (const lines of [
      [],
      ['Get:1 http://mirror/debian trixie InRelease [520 B]', 'Reading package lists...'],
      ['E: Unable to locate package python3.99'],
      MMDEBSTRAP_END,
    ]) {
      assert.equal(findArchiveProblem(lines), undefined);
    }
  });

  it('is not a disk that is full', () => {
    const lines = [
      `E: Failed to fetch ${IN_RELEASE}  Error writing to file - write (28: No space left on device)`,
    ];
    assert.equal(findArchiveProblem(lines), undefined);
  });

  it('is time, where a build or a bootstrap ran out of it while fetching', () => {
    const fetching = [
      'I: running apt-get update...',
      'Get:1 http://mirror/debian trixie InRelease',
    ];
    assert.equal(stalledProblem(fetching)?.type, 'slow');
    assert.equal(layerProblem('The build of x took longer than 60 s', fetching)?.type, 'slow');
    assert.equal(stalledProblem([...fetching, 'I: installing packages...']), undefined);
    assert.equal(stalledProblem([]), undefined);
  });

  it('is told without the password of a mirror', () => {
    const reported = findArchiveProblem([
      'E: Failed to fetch http://me:secret@mirror/debian/x.deb  404  Not Found',
    ]);
    assert.equal(reported?.text, 'http://mirror/debian/x.deb is listed but not served');
  });

  it('is found in any text without an exception', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (lines) => {
        findArchiveProblem(lines);
        layerProblem(lines.join(), lines);
      }),
    );
  });

  it('has a remedy', () => {
    assert.match(remedy('expired', 'debian-11'), /`expired: accept` in the entry of debian-11/);
    assert.match(remedy('version', 'debian-11'), /--refresh/);
    assert.match(remedy('no-suite', 'debian-11'), /`archives` in the entry of debian-11/);
  });
});
