import { IsInt, IsString, validate } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { rulesOf } from './remembered-rules.js';

class Named {
  @IsString()
  name!: unknown;
}
class Aged extends Named {
  @IsInt()
  age!: unknown;
}
class Grouped {
  @IsInt({ groups: ['numbers'] })
  @IsString({ groups: ['texts'] })
  value!: unknown;
}
class Bare {
  name!: unknown;
}

const withBroken = (name: string): object => Object.assign(new Aged(), { name: 'A', age: 1 }, { [name]: {} });

describe('the rules of a class', () => {
  it('are its own and those of its ancestors, found once', () => {
    const rules = rulesOf(Aged);

    expect(rules.map(({ propertyName }) => propertyName).toSorted()).toEqual(['age', 'name']);
    expect(rulesOf(Aged)).toBe(rules);
    expect(rulesOf(Named)).toHaveLength(1);
  });

  it('are none where none were declared', () => expect(rulesOf(Bare)).toEqual([]));

  it.each(['name', 'age'])('are asked by each validation, the second too: %s', async (field) => {
    for (const broken of [withBroken(field), withBroken(field)]) {
      expect((await validate(broken)).map(({ property }) => property)).toEqual([field]);
    }
  });

  it('are those of the groups alone where groups are named', async () => {
    const text = Object.assign(new Grouped(), { value: 'text' });

    expect(await validate(text)).toHaveLength(1);
    expect(await validate(text, { groups: ['texts'] })).toEqual([]);
    expect(await validate(text, { groups: ['numbers'] })).toHaveLength(1);
  });
});
