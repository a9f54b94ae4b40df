import { getMetadataStorage } from 'class-validator';

type Rules = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>;

const storage = getMetadataStorage();
const search = storage.getTargetValidationMetadatas.bind(storage);
const found = new WeakMap<object, Rules>();

/*
 * For each input class-validator goes through the rules of every class that there is. A class has all of its rules once it
 * is declared, so that they are looked for once. Groups and schemas, which nobody uses here, are left alone.
 */
storage.getTargetValidationMetadatas = (target, schema, always, strictGroups, groups) => {
  if (schema || always || strictGroups || groups?.length) {
    return search(target, schema, always, strictGroups, groups);
  }
  const known = found.get(target) ?? search(target, schema, always, strictGroups, groups);
  found.set(target, known);
  return known;
};

/** The rules of a class, its ancestors' included; none for what is no DTO. */
export function rulesOf(target: NewableFunction): Rules {
  return storage.getTargetValidationMetadatas(target, '', false, false);
}
