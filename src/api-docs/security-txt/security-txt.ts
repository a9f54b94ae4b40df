/** A year at most is recommended; whoever reads an older copy asks again. */
const VALID_DAYS = 180;
const DAY_MILLISECONDS = 86_400_000;

export interface SecurityTxtParts {
  readonly contact: string;
  /** Where this API is found; absent: nobody has said. */
  readonly origin: string | undefined;
  readonly nowMilliseconds: number;
}

/** Whom to tell of a vulnerability (RFC 9116). */
export function securityTxt({ contact, origin, nowMilliseconds }: SecurityTxtParts): string {
  // By the day, so that the file is the same for everybody who reads it on one.
  const today = Math.floor(nowMilliseconds / DAY_MILLISECONDS) * DAY_MILLISECONDS;
  return [
    `Contact: ${contact}`,
    `Expires: ${new Date(today + VALID_DAYS * DAY_MILLISECONDS).toISOString()}`,
    'Preferred-Languages: en',
    ...(origin === undefined ? [] : [`Canonical: ${origin}/.well-known/security.txt`]),
    '',
  ].join('\n');
}
