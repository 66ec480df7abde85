/** The passwords that are tried first, in Spanish and English, folded. Short ones are refused by their length. */
export const COMMON_PASSWORDS: ReadonlySet<string> = new Set(
  `12345678 123456789 1234567890 12345678910 password password1 password123 contrasena contrasena1 contrasena123 qwertyui qwertyuiop
   qwerty123 1q2w3e4r 1qaz2wsx iloveyou teamo123 teamomucho sunshine princess princesa football baseball superman welcome1 letmein1 admin123
   administrador administrator adminadmin lubricentro lubricentro1 lubricentro123 colocolo colocolo1 universidad udechile chile123 chile2024
   chile2025 chile2026 santiago santiago1 santiago123 valparaiso vivachile cambiame cambiame123 changeme changeme1 bienvenido bienvenido1
   hola1234 holahola caja1234 vendedor vendedor1 trustno1 starwars dragon123 monkey123 master123 shadow123 michael1 abcd1234 abc12345
   aa123456 passw0rd p@ssw0rd p@ssword asdfghjk asdfghjkl zxcvbnm1 11111111 00000000 88888888 87654321 987654321 147258369 789456123
   secret123 secreto1 secreto123 gatito123 perrito123 mimundo1 jesus123 cristo123 diosesamor`
    .split(/\s+/)
    .filter((word) => word.length > 0),
);
