/**
 * Opens the private engine in the folder of the first argument, starts a container where the second
 * one names an image, and holds both until its standard input ends. It writes one line of JSON: the
 * outcome's type, and its reason.
 */
import { openEngine } from '../../src/engine/opening/open.ts';
import { plainEnvironment } from './engine-under-test.ts';

const [cacheFolder = '', image] = process.argv.slice(2);
const controller = new AbortController();
const opened = await openEngine(
  { explicit: 'private', env: plainEnvironment(), cacheFolder, notify: () => undefined },
  controller.signal,
);
const print = (value: object): boolean => process.stdout.write(`${JSON.stringify(value)}\n`);
if (opened.type === 'none') {
  print(opened);
} else {
  const { engine } = opened;
  if (image === undefined) {
    print({ type: 'ready' });
  } else {
    void engine.run(
      {
        image,
        command: ['/bin/sh', '-c', 'echo begun; sleep 1000'],
        labels: { 'race-matrix.test': 'held' },
        memoryBytes: 32 * 1024 * 1024,
        pids: 10,
        timeoutSeconds: 1000,
        outputBytes: 1000,
        onStdout: () => {
          print({ type: 'ready' });
        },
        onStderr: () => undefined,
      },
      controller.signal,
    );
  }
  process.stdin.resume().once('end', () => {
    controller.abort();
    void engine.close();
  });
}
