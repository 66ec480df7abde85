/** Questions that no tool may answer, whatever the model would say: orders to change something, attacks, and what is none of a shop's data. Pure. */
import type { Reason } from './contract.ts';
import { whole } from './cues.ts';

export const QUESTION_MAX = 500;

const INJECTION =
  /(?:ignora|olvida|salta(?:te)?|omite|desobedece|ignore|forget|disregard|bypass)\w* (?:todas? )?(?:tus|las|sus|your|all|the|previous|prior|any)?(?: \w+)? ?(?:reglas|instrucciones|indicaciones|restricciones|rules|instructions|prompts?|guidelines)|system prompt|prompt del sistema|tus instrucciones|your instructions|(?:select|drop|delete|update|insert|union) .*(?:from|table|into|set)|(?:tabla|table) (?:users?|usuarios?|de usuarios)|contrasenas?|passwords?|claves? (?:de|del)|las claves|\bpins?\b|api key|modo (?:administrador|desarrollador)|developer mode|jailbreak|actua como|haz de cuenta|pretend (?:you|to)|act as|<\/?\w+>|```/u;

/** Orders open with their verb, or follow a wish: "baja el precio", "quiero anular la venta". Asking what to buy is no order. */
const VERBS =
  'baja(?:le|r|me)?|sube(?:le)?|subir(?:le)?|cambia(?:le|r|me)?|modifica(?:r|me)?|actualiza(?:r)?|borra(?:r|me)?|elimina(?:r|me)?|anula(?:r|me)?|cancela(?:r)?|crea(?:r|me)?|agrega(?:r|me)?|anade|anadir|ingresa(?:r)?|registra(?:r)?|edita(?:r)?|ajusta(?:r)?|pon(?:le|er|me)?|quita(?:r|le)?|aplica(?:r|le)?|descuenta|vendele|cobra(?:r|le)?|paga(?:r|le)?|devuelve|devolver|cierra|cerrar|abre|abrir|envia(?:r|le)?|manda(?:r|le)?|imprime|imprimir|transfiere|transferir|mueve|mover|marca(?:r)? como|haz(?:me)? (?:un|una|el|la) (?:pedido|orden|venta|devolucion|descuento|compra)|genera(?:r)? (?:un|una|la|el) (?:orden|pedido|compra|venta|boleta)|delete|remove|void|cancel|create|add|update|edit|modify|lower|raise|increase|decrease|reduce|set|apply|refund|close|open|send|print|transfer|move|register|make (?:a|an) (?:sale|order|refund|purchase)|place (?:a|an) order|order \\d+';
const WRITE = new RegExp(
  `^\\s*(?:por favor |please |oye |hola |ya )*(?:(?:quiero|necesito|puedes|podrias|me puedes|hay que|can you|could you|i want to|please|ayudame a|help me) )*(?:${VERBS})(?![\\p{L}\\p{N}])`,
  'u',
);

const PAYROLL = whole(
  'sueldos?|salarios?|remuneraci(?:on|ones)|liquidaci(?:on|ones) de sueldo|salary|salaries|wages?|payroll|pay slips?|cuanto (?:gana|le pagamos|cobra) (?:el |la |un |una )?(?:vendedora?|cajer[oa]|emplead[oa]|trabajador[a]?)|comision(?:es)?|bonos?|finiquitos?',
);

const ELSEWHERE = whole(
  'clima|tiempo hara|llover(?:a)?|temperatura|weather|poemas?|poem|cancion(?:es)?|song|chistes?|jokes?|cuentos?|story|receta|recipe|futbol|mundial|world cup|partido|presidente|president|elecciones|capital (?:de|of)|dolar|uf|bitcoin|horoscopo|noticias|news|traduce|translate|f29|f22|declar(?:o|ar|acion)|impuestos?|tax(?:es)?|sii|iva a pagar|abogado|medico|doctor|pelicula|movie|musica|music|amor|quien gano|who won|codigo en|python|javascript|ensayo|essay|correo a|email to|carta a|letter to|recomiendame un|que opinas|what do you think|competencia|competidor(?:es)?|competitors?|bolsa|acciones',
);

/** Why the question must not be run; undefined where it may be looked at. Takes the folded text. */
export function refusalOf(text: string): Reason | undefined {
  if (INJECTION.test(text)) return 'INJECTION';
  if (text.search(PAYROLL) >= 0) return 'FORBIDDEN';
  if (text.search(ELSEWHERE) >= 0) return 'OUT_OF_SCOPE';
  if (WRITE.test(text)) return 'WRITE_ACTION';
  return undefined;
}

const WINDOW_MS = 60_000;
export const QUESTIONS_A_MINUTE = 20;

/** At most twenty questions a minute and user may reach the model. Memory only: it guards the machine, not a fact. */
export class RateLimit {
  readonly #asked = new Map<string, number[]>();

  /** Takes one; answers how many seconds to wait where there is none left. */
  take(userId: string, nowMs: number): number {
    const recent = (this.#asked.get(userId) ?? []).filter((atMs) => atMs > nowMs - WINDOW_MS);
    this.#asked.set(userId, recent);
    if (recent.length >= QUESTIONS_A_MINUTE) return Math.ceil(((recent[0] ?? nowMs) + WINDOW_MS - nowMs) / 1_000);
    recent.push(nowMs);
    return 0;
  }
}
