/** The closing lines of unittest, pytest, doctest and TAP: whether tests ran, and failed. Pure. */

/** A count of one of these means that a test ran; a count of anything else does not. */
const PYTEST_RAN = /^(?:passed|failed|errors?|xfailed|xpassed|rerun)$/;
const PYTEST_FAILED = /^(?:failed|errors?)$/;
const PYTEST_LEFT_OUT = /^(?:skipped|deselected)$/;
const PYTEST_CLOSING =
  /^=*\s*((?:\d+ [a-z]+, )*\d+ [a-z]+) in \d[\d.:]* ?s(?:econds)?(?: \([\d:]+\))?\s*=*$/;
const PYTEST_NOTHING = /^=*\s*no tests ran(?: in \d[\d.]* ?s(?:econds)?)?\s*=*$/;
const DOCTEST_FAILED = /^\*\*\*Test Failed\*\*\* \d+ failures?\.?$/;
const TAP = /^(?:not )?ok(?: +\d+\b| +-|$)/;
/** With neither number nor dash, a result is like any sentence; a plan in the output tells them apart. */
const TAP_WITH_PLAN = /^(?:not )?ok\b/;

/** Longer lines are no closing lines. */
const LONGEST = 500;

/** Reads lines one by one, with bounded memory. */
export class ClosingLines {
  #ran = false;
  #failed: string | undefined;
  #nothing: string | undefined;
  /** Of unittest's last summary: the tests that ran; its next line has the details. */
  #unittest: number | null = null;
  #tapSkipped: string | undefined;
  /** Results that TAP's plans announce and do not come, and the last of these plans. */
  #tapMissing = 0;
  #tapPlan: string | undefined;
  #tapRan = false;
  #tapFailed: string | undefined;
  #tapAbandoned: string | undefined;
  #isTestRunner = false;

  take(line: string): void {
    // Any text may follow a result of TAP.
    const text = line.slice(0, LONGEST).trimEnd();
    this.#takeTap(text);
    if (line.length > LONGEST) return;
    this.#takeUnittest(text);
    this.#takePytest(text);
    if (DOCTEST_FAILED.test(text)) this.#fail(text);
  }

  /**
   * The line that reports that no test ran, or that every test was skipped; undefined if one
   * ran.
   */
  get nothingRan(): string | undefined {
    return this.anyRan ? undefined : (this.#nothing ?? this.#tapSkipped);
  }

  /** The first line that reports a failed test. */
  get failed(): string | undefined {
    return this.#failed ?? (this.#tapPlan && this.#tapFailed);
  }

  /** The line of TAP that announces more results than came, or that gives up; undefined if none does. */
  get cutShort(): string | undefined {
    return this.#tapAbandoned ?? (this.#tapMissing > 0 ? this.#tapPlan : undefined);
  }

  /** Whether a test passed or failed. */
  get anyRan(): boolean {
    return this.#ran || (this.#tapPlan !== undefined && this.#tapRan);
  }

  /** Whether tests were run by unittest or pytest, which continue after one of them failed. */
  get isTestRunner(): boolean {
    return this.#isTestRunner;
  }

  #takeUnittest(text: string): void {
    const count = /^Ran (\d+) tests? in [\d.]+s$/.exec(text);
    if (count) {
      this.#unittest = Number(count[1]);
      this.#isTestRunner = true;
      if (this.#unittest === 0) this.#nothing = text;
      return;
    }
    // A verbose run names each test that was not skipped.
    if (/ \.\.\. (?:ok|FAIL|ERROR|expected failure|unexpected success)$/.test(text))
      this.#ran = true;
    const verdict = /^(OK|FAILED|NO TESTS RAN)(?: \((.*)\))?$/.exec(text);
    if (this.#unittest === null || !verdict) return;
    const ran = this.#unittest;
    this.#unittest = null;
    const [, word, details = ''] = verdict;
    const skipped = Number(/\bskipped=(\d+)/.exec(details)?.[1] ?? 0);
    const isEmpty = word === 'NO TESTS RAN' || (word === 'OK' && (ran === 0 || skipped === ran));
    if (isEmpty) this.#nothing = text === 'OK' ? (this.#nothing ?? text) : text;
    else if (word === 'FAILED') this.#fail(text);
    else this.#ran = true;
  }

  #takePytest(text: string): void {
    if (PYTEST_NOTHING.test(text)) {
      this.#isTestRunner = true;
      this.#nothing = withoutRule(text);
      return;
    }
    const closing = PYTEST_CLOSING.exec(text)?.[1];
    if (closing === undefined) return;
    const words = closing.split(', ').map((part) => part.replace(/^\d+ /, ''));
    if (words.some((word) => PYTEST_RAN.test(word))) {
      this.#isTestRunner = true;
      this.#ran = true;
      if (words.some((word) => PYTEST_FAILED.test(word))) this.#fail(withoutRule(text));
    } else if (words.some((word) => PYTEST_LEFT_OUT.test(word))) {
      this.#isTestRunner = true;
      this.#nothing = withoutRule(text);
    }
  }

  #takeTap(text: string): void {
    const plan = /^1\.\.(\d+)(?:\s*#.*)?$/.exec(text);
    if (plan) {
      this.#tapMissing += Number(plan[1]);
      if (Number(plan[1]) > 0) this.#tapPlan = text;
      else this.#nothing = text;
      return;
    }
    if (text.startsWith('Bail out!')) this.#tapAbandoned ??= text;
    if (!TAP_WITH_PLAN.test(text)) return;
    this.#tapMissing -= 1;
    // A test that is marked as to do may fail.
    const isFailure = text.startsWith('not ') && !/#\s*(?:todo|skip)/i.test(text);
    if (isFailure) this.#tapFailed ??= text;
    const isSkipped = /^ok\b.*#\s*skip/i.test(text);
    if (isSkipped) this.#tapSkipped ??= text;
    else this.#tapRan = true;
    if (!TAP.test(text)) return;
    if (!isSkipped) this.#ran = true;
    if (isFailure) this.#fail(text);
  }

  #fail(line: string): void {
    this.#ran = true;
    this.#failed ??= line;
  }
}

function withoutRule(text: string): string {
  return text.replace(/^=+\s*/, '').replace(/\s*=+$/, '');
}
