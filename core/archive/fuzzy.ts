/** Fuzzy semantic matching of person names, as this archive understands it (PS3.4 C.2.2.2.1; CONFORMANCE.md tells it). */

/** Whatever divides words: spaces, components, groups, punctuation, and wild cards. */
const BETWEEN_WORDS = /[\s^=.,'’*?-]+/u;
/** Accents of alphabetic scripts; marks that make another letter elsewhere, as in kana, stay. */
const ACCENTS = /[\u0300-\u036F]/g;

/**
 * Each word of the key begins some word of the name, in any order and component, without regard to case and accents:
 * `jurgen mul` finds `Müller^Jürgen`.
 */
export function fuzzyTest(key: string): (name: string) => boolean {
  const wanted = words(key);
  return (name) => {
    const held = words(name);
    return wanted.length > 0 && wanted.every((word) => held.some((each) => each.startsWith(word)));
  };
}

function words(name: string): string[] {
  const plain = name.normalize('NFD').replace(ACCENTS, '').normalize('NFC').toLowerCase();
  return plain.split(BETWEEN_WORDS).filter((word) => word !== '');
}
