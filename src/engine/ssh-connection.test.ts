import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseSshEndpoint, sshArguments } from './ssh-connection.ts';

function words(address: string, more: object = {}): string {
  const parsed = parseSshEndpoint(address);
  assert.ok(parsed.type === 'ssh', JSON.stringify(parsed));
  return sshArguments({ ...parsed, ...more }).join(' ');
}

describe('the command that connects to an engine behind ssh', () => {
  const FIRST = '-o BatchMode=yes -o ConnectTimeout=30 -T';

  it('is that of the docker command', () => {
    assert.equal(words('ssh://h'), `${FIRST} -- h docker system dial-stdio`);
    assert.equal(words('ssh://me@h:2222'), `${FIRST} -l me -p 2222 -- h docker system dial-stdio`);
  });

  it('names the socket there, as one word of the shell that reads it', () => {
    assert.equal(
      words('ssh://h/run/my%20docker.sock'),
      `${FIRST} -- h docker --host 'unix:///run/my docker.sock' system dial-stdio`,
    );
  });

  it("is Podman's where the socket is Podman's", () => {
    assert.equal(
      words('ssh://core@h/run/podman/podman.sock', { identity: '/k' }),
      `${FIRST} -i /k -l core -- h podman --url 'unix:///run/podman/podman.sock' system dial-stdio`,
    );
  });

  it('takes no host or user for an option of ssh', () => {
    assert.match(words('ssh://-oProxyCommand=x@-oProxyCommand=y'), /-l -oProxyCommand=x -- -o/);
  });
});
