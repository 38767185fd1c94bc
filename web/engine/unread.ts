/** Answers in Implicit VR that hold attributes which the engine's first, short dictionary does not know. */
import type { Attribute, DataSet, Value } from '../../core/data/index.ts';
import { IMPLICIT_VR_LITTLE_ENDIAN, readNative, texts, writeDataSet } from '../../core/data/index.ts';
import { isPrivate } from '../../core/dict/index.ts';

/** Whether an attribute of the standard came without a VR (PS3.5 A.1) and is known only as its bytes. */
export function isUnread(dataSet: DataSet): boolean {
  return Object.entries(dataSet).some(
    ([tag, attribute]) => isUnknown(tag, attribute) || items(attribute).some(isUnread),
  );
}

/** The same data set, its unknown attributes read once more by what the dictionary knows now. */
export function readAgain(dataSet: DataSet, fallbackCharacterSet = ''): DataSet {
  const terms = texts(dataSet, 'SpecificCharacterSet').join('\\') || fallbackCharacterSet;
  const entries = Object.entries(dataSet);
  const unknown = Object.fromEntries(entries.filter(([tag, attribute]) => isUnknown(tag, attribute)));
  const nested = entries.filter(([, attribute]) => items(attribute).some(isUnread));
  return {
    ...dataSet,
    ...decoded(unknown, terms),
    ...Object.fromEntries(nested.map(([tag, attribute]) => [tag, itemsAgain(attribute, terms)])),
  };
}

const isUnknown = (tag: string, { vr }: Attribute): boolean => vr === 'UN' && !isPrivate(tag);

function items({ vr, Value: values = [] }: Attribute): readonly DataSet[] {
  return vr === 'SQ' ? (values as readonly DataSet[]) : [];
}

function itemsAgain(sequence: Attribute, terms: string): Attribute {
  return { ...sequence, Value: items(sequence).map((item): Value => readAgain(item, terms)) };
}

/** Bytes are the same in both directions, so that only the VRs change. What cannot be read stays as it is. */
function decoded(unknown: DataSet, fallbackCharacterSet: string): DataSet {
  try {
    const bytes = writeDataSet(unknown, IMPLICIT_VR_LITTLE_ENDIAN);
    return readNative(bytes, IMPLICIT_VR_LITTLE_ENDIAN, { fallbackCharacterSet });
  } catch {
    return unknown;
  }
}
