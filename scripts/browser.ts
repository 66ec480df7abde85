/** Opens the system's browser, if there is one; silence where there is none. */
import { spawn } from 'node:child_process';

export function openBrowser(url: string): void {
  const [command, ...parameters] =
    process.platform === 'win32'
      ? ['cmd', '/c', 'start', '', url]
      : process.platform === 'darwin'
        ? ['open', url]
        : ['xdg-open', url];
  const child = spawn(command as string, parameters, { stdio: 'ignore', detached: true });
  child.on('error', () => {
    // No browser to be had: the URL is printed anyway.
  });
  child.unref();
}
