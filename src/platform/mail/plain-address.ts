/**
 * E-mail addresses as nobody needs to quote them. What RFC 5322 allows beyond that, spaces and `<` in
 * quotes among it, could be read as more than one address on the way, or as the end of a header.
 */
export const PLAIN_ADDRESS = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+$/;
