/** Asks for the token of who has to sign in, in the page: a prompt of the browser shows what is typed, and frames have none. */

const STYLES = {
  main: 'max-width: 24rem; margin: 18vh auto 0; padding: 0 1rem; color: #e8eaed; font: 16px/1.5 system-ui, sans-serif',
  heading: 'margin: 0 0 1rem; font: 600 20px/1.3 system-ui, sans-serif',
  field:
    'display: block; box-sizing: border-box; width: 100%; margin: 0.25rem 0 1rem; padding: 0.5rem; font: inherit; ' +
    'color: inherit; background: #1b1f24; border: 1px solid #7a8089; border-radius: 4px',
  button:
    'padding: 0.5rem 1rem; font: inherit; color: #06121f; background: #8ab4f8; border: 0; border-radius: 4px',
  told: 'margin: 1rem 0 0; color: #f6aea9',
} as const;

/**
 * Resolves with a token that `isKnown` takes; asks again, with a sentence, while it does not, or rejects: then that may be for
 * the moment. The token is kept nowhere.
 */
export function signIn(isKnown: (token: string) => Promise<boolean>): Promise<string> {
  const field = made('input', {
    type: 'password',
    id: 'token',
    autocomplete: 'current-password',
    required: '',
  });
  const button = made('button', { type: 'submit' }, 'Sign in');
  const told = made('p', { role: 'alert' });
  const label = made('label', { for: 'token' }, 'Your access token for this bridge');
  const heading = made('h1', {}, 'Sign in');
  const [main, form] = [made('main'), made('form')];
  form.append(label, field, button, told);
  main.append(heading, form);
  main.style.cssText = STYLES.main;
  heading.style.cssText = STYLES.heading;
  field.style.cssText = STYLES.field;
  button.style.cssText = STYLES.button;
  told.style.cssText = STYLES.told;
  document.body.append(main);
  field.focus();
  return new Promise((resolve) => {
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      const token = field.value.trim();
      button.disabled = true;
      told.textContent = (await complaint(isKnown, token)) ?? '';
      button.disabled = false;
      if (told.textContent !== '') return field.select();
      main.remove();
      resolve(token);
    });
  });
}

/** Why the token is no good; undefined where it is. */
async function complaint(
  isKnown: (token: string) => Promise<boolean>,
  token: string,
): Promise<string | undefined> {
  try {
    return (await isKnown(token)) ? undefined : 'The bridge does not know this token, or not any more.';
  } catch {
    return 'The bridge cannot be reached. Try again.';
  }
}

function made<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>> = {},
  text = '',
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  return element;
}
