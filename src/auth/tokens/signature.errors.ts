/** The token, or its signature, is not what it claims to be. */
export class SignatureRefused extends Error {}

/** Whether the signature is good cannot be told now. */
export class KeysUnavailable extends Error {}
