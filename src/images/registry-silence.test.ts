import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isSilence, silenceText } from './registry-silence.ts';

const GONE =
  'The pull of python:3.14-slim failed: Get "https://r.example/v2/": dial tcp: lookup r.example: no such host';

describe('a registry', () => {
  it('is silent where no connection comes about', () => {
    for (const reason of [
      GONE,
      'dial tcp 127.0.0.1:5000: connect: connection refused',
      'The pull of a:1: no answer within 60 s',
      'net/http: TLS handshake timeout',
      'net/http: request canceled while waiting for connection',
    ]) {
      assert.ok(isSilence(reason), reason);
    }
  });

  it('is not where it says that it does not have the image, or does not know us', () => {
    for (const reason of [
      'manifest for python:9 not found: manifest unknown: manifest unknown',
      'pull access denied for x, repository does not exist',
      'unauthorized: authentication required',
      'toomanyrequests: You have reached your pull rate limit',
    ]) {
      assert.ok(!isSilence(reason), reason);
    }
  });

  it('that is silent is said to be in words that name no image', () => {
    assert.equal(
      silenceText('docker.io', GONE),
      'the registry docker.io does not answer: dial tcp: lookup r.example: no such host',
    );
  });
});
