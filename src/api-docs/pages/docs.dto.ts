import { IsIn, Matches, MaxLength } from 'class-validator';
import { ASSET_NAMES, type AssetName } from './assets.js';

export class DocsVersionPath {
  /** `v2`, as in the paths of the API. */
  @MaxLength(16)
  @Matches(/^v[0-9]+$/)
  version!: string;
}

export class DocumentPath {
  @MaxLength(24)
  @Matches(/^v[0-9]+\.json$/)
  file!: string;
}

export class AssetPath {
  @IsIn(ASSET_NAMES)
  file!: AssetName;
}
