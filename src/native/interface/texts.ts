/** Texts at native speed. */
export interface TextCalls {
  /** A string of UTF-8 bytes; `undefined` when they are none. */
  decodeText(bytes: Uint8Array): string | undefined;
  /** A string's UTF-8 bytes; a lone surrogate becomes U+FFFD. */
  encodeText(text: string): Uint8Array<ArrayBuffer>;
  /** XXH64 (seed 0) of a string's UTF-8 bytes, as 16 lower-case hexadecimal digits. */
  checksumText(text: string): string;
  /** SHA-256 of a string's UTF-8 bytes, as 64 lower-case hexadecimal digits. */
  sha256Text(text: string): string;
  /** SQL without what differs from call to call: values are `?`, lists of them `?, *`; no layout, small letters. */
  normalizeSql(sql: string): string;
  /** SQL without its layout: comments, white space, letter case of words, quotes around plain names. */
  foldSql(sql: string): string;
}
