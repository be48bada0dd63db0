/** `matrix clean`: says what of ours the engine holds, and removes it. */
import { createInterface } from 'node:readline/promises';
import { LABELS } from '../images/naming.ts';
import { onInterrupt } from './interrupt.ts';
import type { Options } from './options.ts';
import { withEngine } from './with-engine.ts';

/** @returns the exit status */
export async function clean(options: Options): Promise<number> {
  const interruption = onInterrupt(() => undefined);
  try {
    return await withEngine(
      { ...options, install: false },
      false,
      interruption.signal,
      async (engine) => {
        const containers = (await engine.containers(LABELS.ours)).filter(({ running }) => !running);
        const images = options.all ? await engine.images(LABELS.ours) : [];
        const bytes = images.reduce((sum, image) => sum + image.size, 0);
        process.stdout.write(
          `${containers.length} containers that do not run` +
            (options.all
              ? `, ${images.length} images of at most ${(bytes / 1024 ** 3).toFixed(1)} GiB (shared layers counted once for each)`
              : ' (--all: the images, too)') +
            '\n',
        );
        if (containers.length + images.length === 0) return 0;
        if (!options.yes && !(await agreed())) return 0;
        for (const { id } of containers) await engine.removeContainer(id);
        for (const { id } of images) await engine.removeImage(id);
        process.stdout.write('removed\n');
        return 0;
      },
    );
  } finally {
    interruption.stop();
  }
}

async function agreed(): Promise<boolean> {
  if (!process.stdin.isTTY) {
    process.stdout.write('nothing was removed: --yes removes it without a question\n');
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test(await terminal.question('remove them? [y/N] '));
  } finally {
    terminal.close();
  }
}
