/** What test runners print at their end, by which a run that tested nothing is told. Pure. */

/** Sees the lines of a run one by one. */
export class ClosingLines {
  #ran: number | undefined;
  #nothing: string | undefined;
  #tap = { tests: 0, skipped: 0, last: '' };

  take(text: string): void {
    // unittest: "Ran 3 tests in 0.001s", an empty line, "OK (skipped=3)"; since 3.12 "NO TESTS RAN".
    const ran = /^Ran (\d+) tests? in /.exec(text);
    if (ran) {
      this.#ran = Number(ran[1]);
      this.#nothing = this.#ran === 0 ? text : undefined;
      return;
    }
    if (/^NO TESTS RAN\b/.test(text)) {
      this.#nothing = text;
      return;
    }
    const skipped = /^OK \((?:.*, )?skipped=(\d+)\b/.exec(text);
    if (skipped && this.#ran !== undefined) {
      this.#nothing = Number(skipped[1]) >= this.#ran ? text : undefined;
      return;
    }
    // pytest: "===== 3 skipped in 0.01s =====", "no tests ran in 0.01s"; quiet, without the bars.
    const bare = text.replaceAll(/^=+ | =+$/g, '');
    if (/ in \d+(\.\d+)?s( \(\d+:\d\d:\d\d\))?$/.test(bare)) {
      if (/^(no tests ran|no tests collected)/.test(bare)) this.#nothing = bare;
      else if (/^\d+ (passed|failed|errors?|xfailed|xpassed|skipped|deselected)/.test(bare)) {
        const counts = bare.replace(/ in \d.*$/, '').split(', ');
        const idle = counts.every((count) => /^\d+ (skipped|deselected|warnings?)$/.test(count));
        this.#nothing = idle ? bare : undefined;
      }
      return;
    }
    // TAP: https://testanything.org/tap-version-13-specification.html
    if (/^1\.\.0\b/.test(text)) this.#nothing = text;
    else if (/^(not )?ok\b/.test(text)) {
      this.#tap.tests += 1;
      if (/^ok\b.*#\s*skip/i.test(text)) {
        this.#tap.skipped += 1;
        this.#tap.last = text;
      }
    }
  }

  /** The line that says that nothing was tested; undefined where none does. */
  get nothingTested(): string | undefined {
    if (this.#nothing !== undefined) return this.#nothing;
    const { tests, skipped, last } = this.#tap;
    return tests > 0 && tests === skipped ? last : undefined;
  }
}
