const NOTICE_CONTACT_KINDS = ['tenant', 'api_key', 'client', 'subject'] as const;

export type NoticeContactKind = (typeof NOTICE_CONTACT_KINDS)[number];

/** For whom somebody is told: a whole tenant, or one of its keys, clients or subjects. */
export interface NoticeTarget {
  readonly kind: NoticeContactKind;
  /** Which one; empty for the tenant as a whole. */
  readonly reference: string;
}

/** Who is told when something is to end that the target calls. */
export interface NoticeContact extends NoticeTarget {
  readonly email: string;
}

/** Identifiers as credentials have them: printable, without spaces at their ends. */
export const TARGET_PATTERN =
  /^(tenant|(api_key|client|subject):[\x21-\x7e]([\x20-\x7e]{0,253}[\x21-\x7e])?)$/;

/** `subject:auth0|1`, or `tenant`. */
export function targetText({ kind, reference }: NoticeTarget): string {
  return kind === 'tenant' ? kind : `${kind}:${reference}`;
}

/** @param text what matches TARGET_PATTERN */
export function readTarget(text: string): NoticeTarget {
  const [kind, ...reference] = text.split(':');
  return { kind: kind as NoticeContactKind, reference: reference.join(':') };
}
