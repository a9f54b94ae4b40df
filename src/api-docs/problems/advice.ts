import { apiKeysErrors } from '../../api-keys/api-keys.errors.js';
import { authErrors } from '../../auth/auth.errors.js';
import { sessionErrors } from '../../auth/session.errors.js';
import { corsErrors } from '../../cors/cors.errors.js';
import type { ErrorCondition } from '../../platform/errors/app-error.js';
import { transportErrors } from '../../transport/transport.errors.js';
import { noticeContactErrors } from '../../versioning/notices/contacts/notice-contacts.errors.js';

/** What a client can do about a failure, by its status (RFC 9110 §15.5, RFC 6585). */
const BY_STATUS: Readonly<Record<number, string>> = {
  400: 'Mend the request: sent again as it is, it fails again. Where fields are at fault, `errors` names each of them and its rule.',
  401: 'Authenticate. A token or session that has run out: get a new one. It is never said which check failed.',
  403: 'The caller may not do this. Ask for the scope or the role that the documentation names; logging in again changes nothing.',
  404: 'There is nothing here for this caller: it may never have existed, or belong to somebody else.',
  408: 'The request came too slowly. Send it again.',
  409: 'The request contradicts what is stored by now. Read again, change what contradicts, and decide again.',
  410: 'It has ended. `successor` and `guide` say where to go on.',
  412: 'Somebody else was faster. Read again, and send the change with the new ETag.',
  413: 'Send less at once.',
  414: 'Send less in the URL.',
  415: 'Send JSON, with the Content-Type of JSON.',
  417: 'Leave the Expect header out.',
  422: 'Use a new Idempotency-Key for a new request.',
  428: 'Send If-Match with the ETag that you read.',
  429: 'Wait as many seconds as Retry-After says, and a random share more.',
  431: 'Send fewer or shorter headers.',
  500: 'It is our fault. Tell us the `requestId`.',
  501: 'Use a method that the documentation names.',
  503: 'Try again after Retry-After; a request with an Idempotency-Key can be sent again safely.',
};

/** Where the status alone would mislead. */
const BY_CODE: Readonly<Record<string, string>> = {
  [apiKeysErrors.beyondCaller.code]:
    'Ask for less, or as somebody who may do more: a key never exceeds its creator.',
  [apiKeysErrors.invalid.code]:
    'Use a key that is good: it may be mistyped, expired, revoked, or used from a network that it does not allow.',
  [authErrors.insufficientScope.code]: 'Get a credential with the scope that WWW-Authenticate names.',
  [noticeContactErrors.tooMany.code]: 'Take contacts away that nobody needs.',
  [apiKeysErrors.none.code]: 'Send an API key in X-API-Key: the operation is about the key of the request.',
  [apiKeysErrors.superseded.code]:
    'Use the newest secret of the key; the one of this request only reads and writes until its grace ends.',
  [apiKeysErrors.tooMany.code]: 'Revoke keys that nobody needs.',
  [corsErrors.unintended.code]:
    'Send the csrfToken of GET /auth/session as X-CSRF-Token, from a page of an allowed origin.',
  [sessionErrors.logInFailed.code]: 'Begin the log-in again. It is never said which check failed.',
  [sessionErrors.none.code]: 'Log in at a browser: the operation is about the session of the request.',
  [sessionErrors.returnUrl.code]: 'Name a page that the operator allows, or none.',
  [transportErrors.credentialExposed.code]: 'Use HTTPS, and take the credential for stolen: get another one.',
  [transportErrors.tlsRequired.code]: 'Use HTTPS.',
};

/** @throws Error for a status that nobody has thought about */
export function adviceFor({ code, status }: ErrorCondition): string {
  const advice = BY_CODE[code] ?? BY_STATUS[status];
  if (advice === undefined) {
    throw new Error(`there is no advice for ${code}`);
  }
  return advice;
}
