/** Why a pair of files cannot be used, as words after the name of the variable; nothing of what they hold. */
export class CertificateFault extends Error {}
