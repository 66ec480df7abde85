import { es } from '../../text/es.ts';
import type { useText } from '../../text/useText.ts';

/** The name of a role: the three that come with the shop have words, the shop's own are called as it calls them. */
export const roleText = (t: ReturnType<typeof useText>, name: string): string =>
  name in es.roles ? t(`roles.${name as keyof typeof es.roles}`) : name;
