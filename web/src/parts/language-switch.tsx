import { chooseLanguage, language, words } from '../words/words.ts';

const LANGUAGES = [
  { code: 'pt', name: 'Português' },
  { code: 'en', name: 'English' },
] as const;

/** Switches between the languages of the page. */
export function LanguageSwitch() {
  return (
    <div class="languages" role="group" aria-label={words.value.language}>
      {LANGUAGES.map(({ code, name }) => (
        <button
          type="button"
          key={code}
          lang={code}
          title={name}
          aria-label={`${code.toUpperCase()} – ${name}`}
          aria-pressed={language.value === code}
          onClick={() => chooseLanguage(code)}
        >
          {code.toUpperCase()}
        </button>
      ))}
    </div>
  );
}
