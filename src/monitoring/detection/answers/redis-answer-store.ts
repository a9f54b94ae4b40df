import type { Redis } from 'ioredis';
import type { AnswerStore } from './answer-store.js';
import { MINUTE_MILLISECONDS, MINUTES_BEFORE, type Minute } from './minute.js';

const PREFIX = 'detection:answers:';
const KEPT_MILLISECONDS = (MINUTES_BEFORE + 2) * MINUTE_MILLISECONDS;
const FIELDS = ['answers', 'refusals', 'failures'] as const;

/** Adds to the first key, and reads them all: the minute under way, then those before it. */
const ADD = `
for index = 2, #ARGV, 2 do
  redis.call('HINCRBY', KEYS[1], ARGV[index], ARGV[index + 1])
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
local minutes = {}
for index, key in ipairs(KEYS) do
  minutes[index] = redis.call('HMGET', key, ARGV[2], ARGV[4], ARGV[6])
end
return minutes`;

type RedisWithScript = Redis & {
  addAnswers(keyCount: number, ...keysAndValues: (string | number)[]): Promise<(string | null)[][]>;
};

/** What all instances have answered. While Redis is away each compares its own. */
export class RedisAnswerStore implements AnswerStore {
  private readonly redis: RedisWithScript;

  constructor(
    redis: Redis,
    private readonly local: AnswerStore,
  ) {
    redis.defineCommand('addAnswers', { lua: ADD });
    this.redis = redis as RedisWithScript;
  }

  async add(minute: Minute): Promise<readonly Minute[]> {
    // Also here, so that there is something to compare with when Redis goes.
    const here = await this.local.add(minute);
    const numbers = Array.from({ length: MINUTES_BEFORE + 1 }, (_, before) => minute.number - before);
    const keys = numbers.map((number) => `${PREFIX}${number}`);
    const values = FIELDS.flatMap((field) => [field, minute[field]]);
    try {
      const rows = await this.redis.addAnswers(keys.length, ...keys, KEPT_MILLISECONDS, ...values);
      return rows
        .map(([answers, refusals, failures], index) => ({
          number: numbers[index] ?? 0,
          answers: Number(answers ?? 0),
          refusals: Number(refusals ?? 0),
          failures: Number(failures ?? 0),
        }))
        .filter(({ answers }) => answers > 0);
    } catch {
      return here;
    }
  }
}
