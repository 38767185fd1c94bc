/** By what the page knows that it is still the same browser: a cookie that ends with it, and tells nobody anything. */
const NAME = 'webdimse-session';

/** The part of `document` that is used. */
export interface CookieJar {
  cookie: string;
}

/**
 * A number at random, the same until the browser is closed; empty where the browser keeps no cookies. It is one for all
 * paths, as the archives are: of two, each would take what the other keeps for an earlier browser's, and wipe it.
 */
export function browserSession(jar: CookieJar, protocol: string): string {
  const known = read(jar);
  if (known !== '') return known;
  const secure = protocol === 'https:' ? '; Secure' : '';
  jar.cookie = `${NAME}=${crypto.getRandomValues(new Uint32Array(2)).join('-')}; Path=/; SameSite=Strict${secure}`;
  return read(jar);
}

function read({ cookie }: CookieJar): string {
  const found = cookie.split('; ').find((one) => one.startsWith(`${NAME}=`));
  return found?.slice(NAME.length + 1) ?? '';
}
