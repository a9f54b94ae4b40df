import { GUIDES_PATH } from '../../deprecated-routes.js';
import type { ChangeRepresentation } from '../changelog.dto.js';
import type { Change } from '../change.js';

/** A change as programs read it: named field by field, so that the digests of the contracts stay inside. */
export function representChange({
  id,
  date,
  versions,
  kind,
  title,
  detail,
  guide,
}: Change): ChangeRepresentation {
  return {
    id,
    date,
    versions,
    kind,
    title,
    detail,
    ...(guide === undefined ? {} : { guide: `${GUIDES_PATH}/${guide}` }),
  };
}
