/** Questions that no tool may answer, whatever the model would say: orders to change something, attacks, and what is none of a shop's data. Pure. */
import type { Reason } from './contract.ts';
import { whole } from './cues.ts';

export const QUESTION_MAX = 500;

const INJECTION =
  /(?:ignora|olvida|salta(?:te)?|omite|desobedece|ignore|forget|disregard|bypass)\w* (?:todas? )?(?:tus|las|sus|your|all|the|previous|prior|any)?(?: \w+)? ?(?:reglas|instrucciones|indicaciones|restricciones|rules|instructions|prompts?|guidelines)|system prompt|prompt del? sistema|(?:tu|your) prompt|tus instrucciones|your instructions|(?:select|drop|delete|update|insert|union) .*(?:from|table|into|set)|(?:tabla|table) (?:users?|usuarios?|de usuarios)|contrasenas?|passwords?|claves? (?:de|del)|las claves|\bpins?\b|api key|modo (?:administrador|desarrollador)|developer mode|jailbreak|actua como|haz de cuenta|pretend (?:you|to)|act as|<\/?\w+>|```/u;

/** Orders open with their verb, or follow a wish: "baja el precio", "quiero anular la venta". Asking what to buy is no order. */
const CLITIC = '(?:r|me|le|les|lo|la|los|las|nos|se|melo|mela|selo|sela)?(?:lo|la|los|las)?';
const STEMS =
  'baja|sube|subi|cambia|modifica|actualiza|borra|elimina|anula|cancela|crea|agrega|anade|anadi|ingresa|registra|edita|ajusta|pon|pone|quita|aplica|descuenta|vende(?=l)|cobra|paga|devuelve|devolve|cierra|cerra|abre|abri|envia|manda|imprime|imprimi|transfiere|transferi|mueve|traspasa|reserva|rebaja|corrige|corregi|reemplaza|deshace|arregla|programa|activa|desactiva|configura';
const DOCUMENT =
  'pedido|orden(?: de compra)?|venta|devolucion|descuento|compra|nota de credito|nota de venta|factura|boleta|guia(?: de despacho)?|cotizacion|transferencia|cierre|arqueo|traspaso|ajuste|presupuesto|rebaja|respaldo';
const VERBS = `(?:${STEMS})${CLITIC}|marca(?:r|la|lo)? como|(?:haz|hace|hacer|emite|emitir|genera|generar|prepara|arma|armar)(?:me|le|nos|te|se)? (?:un |una |el |la )?(?:${DOCUMENT})|delete|remove|void|cancel|create|add|update|edit|modify|lower|raise|increase|decrease|reduce|change|set|apply|refund|close|open|send|print|transfer|move|register|make (?:a|an) (?:sale|order|refund|purchase|discount|credit note)|place (?:a|an|the) order|order \\d+`;
const WRITE = new RegExp(
  `^\\s*(?:por favor |please |oye |hola |ya )*(?:(?:quiero|necesito|puedes|podrias|me puedes|hay que|can you|could you|i want to|please|ayudame a|help me) )*(?:${VERBS})(?![\\p{L}\\p{N}])`,
  'u',
);

const PAYROLL = whole(
  'sueldos?|salarios?|remuneraci(?:on|ones)|liquidaci(?:on|ones) de sueldo|salary|salaries|wages?|payroll|pay slips?|cuanto (?:gana|le pagamos|cobra) (?:el |la |un |una )?(?:vendedora?|cajer[oa]|emplead[oa]|trabajador[a]?)|comision(?:es)?|bonos?|finiquitos?',
);

const ELSEWHERE = whole(
  'clima|tiempo hara|llover(?:a)?|temperatura|weather|poemas?|poem|cancion(?:es)?|song|chistes?|jokes?|cuentos?|story|receta|recipe|futbol|mundial|world cup|partido|presidente|president|elecciones|restaurante?s?|vuelos?|horario de|que hora es|what time is it|cumpleanos|novia|novio|pololea?s?|eres humano|quien eres|como te llamas|tu nombre|politica|religion|arriendos?|gast(?:os?|amos|e|aron|ado)|cuentas? de (?:luz|agua|gas|telefono)|prestamos?|credito bancario|(?:nos|me) deb(?:e|en|ia)|(?:le|les|cuanto) (?:debo|debemos|deudas?)(?! (?:pedir|comprar|encargar|reponer))|deudas?|expenses?|rent|owe[sd]?|habitantes|que es (?:el|la|un|una) (?!stock|margen)|what is a|capital (?:de|of)|dolar|uf|bitcoin|horoscopo|noticias|news|traduce|translate|f29|f22|declar(?:o|ar|acion)|impuestos?|tax(?:es)?|sii|iva a pagar|(?:pagar|declarar|pago) (?:de |el )?iva|abogado|medico|doctor|pelicula|movie|musica|music|amor|quien gano|who won|codigo en|python|javascript|ensayo|essay|correo a|email to|carta a|letter to|recomiendame un|que opinas|what do you think|competencia|competidor(?:es)?|competitors?|bolsa|acciones',
);

/** Why the question must not be run; undefined where it may be looked at. Takes the folded text. */
export function refusalOf(text: string): Reason | undefined {
  if (INJECTION.test(text)) return 'INJECTION';
  if (text.search(PAYROLL) >= 0) return 'FORBIDDEN';
  if (text.search(ELSEWHERE) >= 0 || GENERAL.test(text)) return 'OUT_OF_SCOPE';
  if (WRITE.test(text)) return 'WRITE_ACTION';
  return undefined;
}

/** How things work in general: a mechanic's or a teacher's matter, not one of the shop's data. */
const GENERAL =
  /^\s*(?:que (?:es|son) (?:el|la|los|las|un|una)|para que sirven?|como se (?:hace|cambia|usa|mide)|explica(?:me)?|what is an?|how do (?:i|you)) /u;

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
