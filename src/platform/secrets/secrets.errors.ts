/** The secrets cannot be had; the message names the place and the failure, and no value. */
export class SecretsUnavailable extends Error {}
