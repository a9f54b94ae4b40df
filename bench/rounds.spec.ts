import { expect, it } from 'vitest';
import { visits } from './rounds.js';

it('visits everybody once in each round, and every other round backwards', () => {
  const order = [...visits(['a', 'b', 'c'], 3)].map(({ round, item }) => `${round}${item}`);

  expect(order).toEqual(['0a', '0b', '0c', '1c', '1b', '1a', '2a', '2b', '2c']);
});
