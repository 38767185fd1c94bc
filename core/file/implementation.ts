/** Who writes: in A-ASSOCIATE (PS3.7 D.3.3.2) and in file meta information (PS3.10 7.1). */

/** Derived from a UUID that was made for this project (PS3.5 B.2). */
export const IMPLEMENTATION_CLASS_UID = '2.25.324363443856293282642326325318148466631';

/** At most 16 characters (PS3.7 D.3.3.2.3). */
export const IMPLEMENTATION_VERSION_NAME = 'WEBDIMSE_010';
