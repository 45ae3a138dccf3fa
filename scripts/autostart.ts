import path from 'node:path';
import { messageOf } from '#shared/errors.ts';
import { loginItemOf, ownInstallation } from './autostart/login-item.ts';
import { isOn, isOwn, switchOff, switchOn } from './autostart/switch.ts';
import { exitWithUsage, readCommandLine, unexpectedArgument } from './terminal/command-line.ts';
import { spoken, terminalLanguage } from './terminal/text.ts';

const USAGE = spoken({
  en: `usage: npm run autostart -- [on | off]

Starts askbox whenever you log in: a systemd user unit on Linux, a launchd agent on macOS, a scheduled task on Windows.
Without on or off it says which of them it is now.

  on      from now on, and start it now
  off     no longer, and stop it
  --help  show this

exit codes: 0 done, or it is on; 1 error; 2 wrong options; 3 it is off
`,
  pt: `uso: npm run autostart -- [on | off]

Inicia o askbox sempre que você entra no sistema: uma unidade de usuário do systemd no Linux, um agente do launchd no
macOS, uma tarefa agendada no Windows. Sem on nem off, diz qual dos dois vale agora.

  on      de agora em diante, e inicia já
  off     não mais, e para
  --help  mostra isto

códigos de saída: 0 feito, ou está ligado; 1 erro; 2 opções erradas; 3 está desligado
`,
});

const WORDS = {
  en: {
    on: (kind: string) => `askbox starts when you log in (${kind}); npm run status shows it at work`,
    other:
      'askbox starts when you log in, from another folder or with an older command; npm run autostart -- on replaces it',
    off: 'askbox does not start when you log in',
    unknown: (platform: string) =>
      `on ${platform} askbox does not know how; let your system run npm start in this folder`,
  },
  pt: {
    on: (kind: string) =>
      `o askbox inicia quando você entra no sistema (${kind}); veja o que ele faz com npm run status`,
    other:
      'o askbox inicia quando você entra no sistema, de outra pasta ou com um comando antigo; npm run autostart -- on o substitui',
    off: 'o askbox não inicia quando você entra no sistema',
    unknown: (platform: string) => `no ${platform} o askbox não sabe como; faça o sistema rodar npm start nesta pasta`,
  },
};
/** The exit code for "it is off", as `systemctl is-active` has it. */
const EXIT_OFF = 3;

const [wanted] = readCommandLine(USAGE, {}, 1).positionals;
if (wanted !== undefined && !['on', 'off'].includes(wanted)) exitWithUsage(unexpectedArgument(wanted), USAGE);
const words = WORDS[terminalLanguage(process.env)];
try {
  const item = loginItemOf(ownInstallation(path.dirname(import.meta.dirname)));
  if (item === null) throw new Error(words.unknown(process.platform));
  if (wanted === 'on') switchOn(item);
  if (wanted === 'off' && isOn(item)) switchOff(item);
  if (!isOn(item)) {
    console.log(words.off);
    if (wanted === undefined) process.exitCode = EXIT_OFF;
  } else console.log(isOwn(item) ? words.on(item.kind) : words.other);
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
