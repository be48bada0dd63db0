/** The observation of one trial: its types, and its shape in a file. Pure. */
import { z } from '../zod.ts';
import type { ValueOf } from '../json-file/immutable.ts';
import { SYMPTOMS } from '../model.ts';

const text = z.string().max(65_536);
const count = z.int().nonnegative().max(1e12);
const seconds = z.number().min(0).max(1e9);
const symptom = z.enum(SYMPTOMS);

const failureSchema = z.strictObject({
  /** The call's number within its trial, from 1. */
  call: count,
  symptom,
  /** The status that the call returned, where it returned one. */
  status: z.int().optional(),
  /** The errno's name, where the call raised an OSError. */
  errno: text.optional(),
  /** Since the trial's first call. */
  seconds,
  /** One line for a person. */
  detail: text.optional(),
});

/** One failed call, as the reproduction reports it. */
export type Failure = ValueOf<typeof failureSchema>;

/** The first few failures, in order. */
const samples = z.array(failureSchema).max(100);

/** Why a trial gave no observation that counts. */
export const TRIAL_PROBLEMS = [
  /** The process ended without its summary line. */
  'no-summary',
  /** The summary contradicts the lines before it, or itself. */
  'contradiction',
  /** A line of output did not match the contract. */
  'malformed-output',
  /** More output than the limit. */
  'output-limit',
  /** The trial ran longer than its limit without the reproduction calling it a hang. */
  'timeout',
  /** The kernel ended the process because of the memory limit. */
  'out-of-memory',
  /** The summary was complete, but the exit status reports a failure. */
  'exit-status',
  /** Fewer CPUs than a race needs. */
  'cpus',
  /** The reproduction itself reports that it cannot run here. */
  'unusable',
  /** The container could not be started, vanished, or was killed from outside. */
  'container',
  /** The engine did not answer, or answered with an error. */
  'engine',
  /** The run was interrupted. */
  'interrupted',
] as const;
export type TrialProblem = (typeof TRIAL_PROBLEMS)[number];

export const observationSchema = z.discriminatedUnion('type', [
  /** The trial ran to its end. */
  z
    .strictObject({
      type: z.literal('completed'),
      calls: count,
      /** Calls during which at least one mutation happened; for a control, all calls. */
      exposed: count,
      /** Failed calls by symptom. */
      symptoms: z.partialRecord(symptom, count),
      /** The sum over symptoms. */
      failures: count,
      mutations: count,
      samples,
      firstFailureSeconds: seconds.optional(),
      /** The trial's own time, without the container's start. */
      seconds,
      /** Lines of its output that show the failures, of a reproduction of the user's own. */
      notes: z.array(text).max(1_000).optional(),
    })
    .refine(
      ({ symptoms, failures }) =>
        Object.values(symptoms).reduce((sum, times) => sum + times, 0) === failures,
      'its symptoms do not add up to its failures',
    )
    .refine(({ failures, calls }) => failures <= calls, 'more failures than calls')
    .refine(({ exposed, calls }) => exposed <= calls, 'more exposed calls than calls'),
  /** The launcher does not exist in this Python. */
  z.strictObject({ type: z.literal('unsupported'), reason: text.min(1) }),
  /** The interpreter died by its own signal: the symptom `crash` if the control is clean. */
  z.strictObject({
    type: z.literal('crashed'),
    signal: text,
    /** Until then; the crash itself is one failure of one exposed call more. */
    calls: count,
    exposed: count,
    samples,
    seconds,
  }),
  z.strictObject({
    type: z.literal('problem'),
    problem: z.enum(TRIAL_PROBLEMS),
    /** The event in a sentence, with the last lines of output if they help. */
    reason: text.min(1),
    seconds,
  }),
]);

/** The outcome of one trial, which is one fresh process. */
export type Observation = ValueOf<typeof observationSchema>;
