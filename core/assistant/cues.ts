/**
 * The words by which a question says what it wants. Each cue is a pattern over the folded text; what a cue matched is used up, and a question
 * with words that nothing used up is left to the model. Pure.
 */
export const whole = (body: string): RegExp => new RegExp(`(?<![\\p{L}\\p{N}-])(?:${body})(?![\\p{L}\\p{N}-])`, 'gu');

/** The alternatives of a cue one by one: a pattern stops at its first that fits, and the longest is wanted. */
export function alternativesOf(pattern: RegExp): RegExp[] {
  const head = whole('').source.indexOf('(?:)') + 3;
  const body = pattern.source.slice(head, pattern.source.lastIndexOf(')(?!'));
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at <= body.length; at += 1) {
    const letter = body[at];
    if (letter === '\\') at += 1;
    else if (letter === '(' || letter === '[') depth += 1;
    else if (letter === ')' || letter === ']') depth -= 1;
    else if (depth === 0 && (letter === '|' || letter === undefined)) {
      parts.push(body.slice(from, at));
      from = at + 1;
    }
  }
  return parts.map(whole);
}

export const CUES = {
  SELL: whole(
    'se movi(?:o|eron)|movimos|hicimos|(?:se )?hizo|se hicieron|entr(?:o|aron|a|amos)|junt(?:amos|aron|o)|(?:hemos|se ha|ha|han) (?:hecho|entrado|juntado)|did we (?:make|take|do)|have we (?:made|taken)|made|turnover(?= (?:today|yesterday|this|last))|vend(?:i|imos|io|iste|ieron|e|en|emos|ido|ida|idos|idas|er|ia|ian)|ventas?|factur(?:amos|o|e|ado|acion|ar)|ingresos?|recaud(?:amos|o|ado|acion|ar)|(?:llevamos|hemos|se ha|se han|han|ha|he) vendido|sales?|sold|sells?|selling|revenues?|takings|salen?|salio|salieron|sale',
  ),
  MORE: whole(
    '(?:mas )?rapid[oa]s?|fast(?:est)?|quick(?:est)?|mas|mas|mayor(?:es)?|mejor(?:es)?|top|best|most|ranking|lider(?:es)?|highest|populares|estrella',
  ),
  LESS: whole('menos|menor(?:es)?|peor(?:es)?|worst|least|lowest|slow(?:est)?|lent[oa]s?|slowest'),
  ROTATE: whole('rot(?:a|an|acion|aciones|ado)|(?:se )?mueven?|turnover|turns?'),
  STOCK: whole(
    'tengamos|teniamos|me quedan?|nos quedan?|alcanza a haber|cuantos? (?:hay|quedan?|tenemos)|stock|existencias?|inventario|hay|qued(?:a|an|amos)|tenemos|tengo|tienen|disponibles?|en (?:la )?bodega|en (?:la )?tienda|on hand|in stock|left|do we have|inventory|have we got|any',
  ),
  LOW: whole(
    '(?:que )?(?:nos |me )?(?:esta(?:n)? )?falta(?:n|ndo)?|(?:se )?(?:nos |me )?(?:esta(?:n)?|van? a|va) (?:por )?(?:acab|agot|termin)(?:ando|ar|arse)|casi (?:sin stock|agotad[oa]s?)|esta(?:n)? por (?:acabarse|agotarse|terminarse)|(?:stock |inventario |existencias? )?(?:bajo (?:el )?(?:stock )?(?:minimo|minimum)|en (?:nivel )?critico|critic[oa]s?|baj[oa]s?|por (?:acabarse|agotarse|terminarse)|(?:se )?(?:estan?|van a) (?:acabando|agotando|acabar|agotar|quebrar)|running (?:low|out)|low|below (?:the )?minimum)|poc[oa] stock|pocas unidades|me estan faltando',
  ),
  OUT: whole(
    '(?:que )?no (?:tienen?|tenemos|tengo|hay|queda|quedan) (?:nada de )?(?:stock|existencias?|unidades)|(?:se )?(?:nos |me )?(?:acab|agot|termin)(?:o|aron)|(?:en|con|a|stock) cero|no (?:hay|queda|quedan|tenemos)|run out of|(?:we )?(?:are|is) out of|ran out|agotad[oa]s?|(?:sin|cero|quiebres? de|en quiebre(?: de)?|quebrad[oa]s? de?) ?stock|en quiebre|quebrad[oa]s|out of stock|sold out|se (?:acabo|acabaron|agoto|agotaron)',
  ),
  OVER: whole(
    '(?:tenemos |tengo |hay |tengamos |compramos )?de mas(?= *$| +(?:en|hoy|ahora))|(?:nos |me )?sobran?|demasiad[oa]s?|too much|sobre ?stock|sobrestock|overstock(?:ed)?|exceso(?: de (?:stock|inventario))?|excedentes?|stock de mas|demasiado stock|too much stock|excess(?: stock)?',
  ),
  COVER: whole(
    'hasta cuando (?:me |nos )?(?:alcanza|dura|durara|alcanzara|tenemos|tengo)n?|(?:en |para )?(?:cuant[oa]s dias?|cuanto tiempo|cuando|how (?:many days|long))? ?(?:se (?:me |nos )?(?:acaban?|agotan?|terminan?|va a acabar|acabara)|(?:me |nos )?(?:alcanzan?|duran?)|will last|lasts?|runs? out|until .{0,30} runs out)|dias de (?:cobertura|stock|inventario)|cobertura|days of (?:cover|stock)',
  ),
  BUY: whole(
    'sugerid[oa]s? de (?:compras?|pedido|reposicion)|(?:lista|propuesta) (?:de|para) (?:comprar|pedir|compras?)|(?:que )?(?:me |nos )?conviene (?:comprar|pedir|reponer)|(?:que )?(?:hay|tengo|tenemos) (?:que|por) (?:comprar|pedir|reponer|encargar)|que (?:comprar|pedir|reponer|encargar)|what to (?:buy|order|reorder)|(?:debo|debemos|tengo que|tenemos que|hay que|conviene|necesito|necesitamos|deberia|deberiamos|puedo|toca|falta)? ?(?:reponer|repongo|reponemos|comprar|compro|compramos|pedir|pedirle|encargar|encargo|reabastecer|ordenar)|reposicion(?:es)?|sugerencias? de (?:compra|pedido|reposicion)|que (?:le )?(?:pido|pedimos|encargo)|(?:le )?(?:pido|pedimos)|(?:lista|propuesta|sugerido) de (?:compras?|pedido)|(?:should|do|must) (?:i|we) (?:reorder|restock|buy|order|purchase)|need to (?:reorder|restock|buy|order)|reorder(?: suggestions?| list)?|restock|purchase suggestions?|(?:to )?(?:buy|order)',
  ),
  FORECAST: whole(
    '(?:deberiamos|debieramos|podriamos|deberia|podria) vender(?:se)?|demand|(?:voy|vamos|va|van) a (?:necesitar|ocupar|salir|vender|pedir(?:nos)?)|se (?:espera|estima|proyecta|calcula)(?: (?:que se )?(?:venda|vender|vendamos))?|esperad[oa]s?|expected|going to (?:need|sell)|will we need|pronosticos?|pronostica(?:r|do)?|proyeccion(?:es)?|proyectad[oa]s?|previsi(?:on|ones)|predic(?:cion|ciones)|demanda (?:esperada|futura|proyectada)|demanda|(?:se )?(?:vender(?:a|an|emos))|(?:se |vamos a |voy a |se van a |se va a |van a )vender|estimacion|forecasts?|projections?|predict(?:ed|ion)?|expected (?:sales|demand)|will (?:we )?sell|(?:are|is) going to sell',
  ),
  ACCURACY: whole(
    '(?:le )?err(?:o|amos|aron|ado|ar)|(?:le )?(?:peg|atin|achunt)(?:o|a|amos|aron|ado)|asertiv[oa]s?|aciert[oa]s?|acierta(?:n)?|confia(?:r|mos)|desviad[oa]|(?:que )?tan (?:bien|mal|cerca|lejos)|certer[oa]s?|acertad[oa]s?|acert(?:o|amos|aron)|exact[oa]s?|precis(?:o|a|os|as|ion)|errore?s?|equivoc(?:amos|o|ado|ada|aron)|confiables?|fall(?:o|amos|aron|a)|achunt(?:o|amos|aron)|accura(?:cy|te)|wrong|how (?:good|far off)|off|reliable|tan buen[oa]s?|que tan bien|desvia(?:cion|mos|do)',
  ),
  PRICE: whole(
    '(?:en )?cuanto (?:esta|estan|es|son|sale|salen|vale|valen|cuesta|cuestan|cobramos por|se cobra)|valores?|(?:que |cual es el )?(?:valor|precio)(?: de (?:venta|lista))?(?: tienen?)?|precios?|(?:cuanto|que) (?:cuestan?|valen?|sale|salen)|a (?:cuanto|como) (?:esta|estan|vende[ns]?|vendemos|tenemos|tienes)|a como|prices?|how much (?:is|are|does|do)|cuesta|cuestan|valor',
  ),
  LOCATION: whole(
    '(?:por )?donde (?:estan?|tengo|quedo|quedaron|se guardan?|hay|va|van|puedo encontrar)|(?:en )?(?:que|cual) (?:pasillo|estante|repisa|lugar|ubicacion|estanteria)(?: (?:esta|estan|queda|va))?|(?:en )?donde (?:esta|estan|queda|quedan|guardamos|tenemos|encuentro|se encuentra)|ubicacion|(?:which|what) (?:aisle|shelf)(?: (?:is|are|has))?|where (?:is|are|do we keep)|location|pasillo|estante|aisle|shelf',
  ),
  HISTORY: whole(
    '(?:que|cuando|cuanto)? ?(?:se )?(?:le|les) (?:hicimos|hizo|hicieron|hemos hecho|cambiamos|cambio|cambiaron|pusimos|puso|pusieron)|(?:cuando|que dia) (?:fue|vino|estuvo|paso|trajo|trajeron)(?: la| el)?(?: por)?(?: ultima| ultimo)?(?: vez| visita| servicio| cambio(?: de aceite)?| mantencion)?|por ultima vez|oil changes?|cuando vino|historial(?:es)?|historia|(?:cual|cuando|que) (?:es|fue|fueron)? ?(?:el |la |los |las )?(?:ultim[oa]s?) (?:cambios?(?: de aceite)?|visitas?|servicios?|mantenci(?:on|ones)|compras?|vez)|ultim[oa]s? (?:cambios? de aceite|visitas?|servicios?|mantenci(?:on|ones)|compras?|vez(?: que (?:vino|vinieron))?)|(?:service |purchase |visit )?history|last (?:oil change|visit|service)|cuando (?:vino|se le cambio)|(?:que|cuando) se le (?:hizo|cambio|puso)|visitas|servicios|services|visits|que (?:ha )?(?:compro|comprado|llevo)',
  ),
  STILL: whole(
    "inmovilizad[oa]s?|estancad[oa]s?|(?:sin|con poc[oa]) (?:movimiento|rotacion)|(?:que )?no (?:se )?(?:me |nos )?(?:mueven?|venden?|rotan?|salen?)|(?:que )?no (?:se )?(?:ha|han) (?:movido|vendido|rotado|salido)|(?:que )?nadie (?:me |nos )?(?:los |las |lo |la )?(?:compran?|lleva|pide|quiere)|(?:mercaderia |productos? )?(?:parad|pegad|dormid|muert|botad|olvidad)[oa]s?|juntando polvo|hueso?s?|clavos?|clavad[oa]s?|obsolet[oa]s?|dead stock|slow(?:est)? mov(?:ing|ers?)|not (?:moving|selling)|(?:have|has) ?n[o\u2019']?t (?:sold|moved)|nobody buys",
  ),
  LAST: whole('ultim[oa]|last|newest|mas reciente'),
  MARGIN: whole(
    '(?:nos |me )?dej(?:o|aron|ando|ado)|(?:que |cual )?(?:utilidad|ganancia|margen) (?:tuvimos|hubo|dio)|(?:le |les )?gan(?:amos|o|a|aron|amo|e)|(?:mas |mejor )?rentabilidad|utilidades|cuanto (?:nos |me )?(?:queda|quedo) (?:limpio|libre)|(?:nos |me )?deja(?:n|ron)?|marg(?:en|enes)|utilidad(?:es)?|ganancias?|ganamos|gane|rentab(?:le|les|ilidad)|contribucion|(?:gross )?margins?|(?:gross )?profit(?:s|able|ability)?|(?:que )?(?:nos |me )?dejan?|earn(?:s|ings|ed)?',
  ),
  CASH: whole(
    '(?:como )?(?:cerr(?:o|aron|amos)|cierres?)|cajas?|arqueos?|cuadr(?:e|atura|o|amos)|(?:mi |el )?turnos?|efectivo|drawer|till|cash(?: drawer| register)?|(?:my )?shift|register',
  ),
  OWN: whole('mi|mis|yo|my|llevo|tengo|own|i'),
  HELP: whole(
    '(?:que )?(?:cosas )?(?:te |le )?puedo preguntar(?:te|le)?|que (?:mas )?(?:sabes|puedes|haces)(?: hacer)?|en que me (?:puedes )?ayuda[rs]?|(?:en )?que (?:puedes|sabes|podes|puede|cosas (?:puedes|sabes)) (?:hacer|responder|decirme|contestar|preguntarte)?|que (?:te |le )?puedo preguntar(?:te|le)?|(?:en que )?(?:me )?(?:puedes |puede )?ayuda(?:r|rme|s|me)?|como (?:funciona|funcionas|te uso|se usa)(?: esto| el asistente)?|para que sirves?|help(?: me)?|what can (?:you do|i ask(?: you)?)|how (?:do|does) (?:you|this) work|comandos',
  ),
  COST: whole(
    '(?:precio de )?costos?(?: de compra)?|(?:cuanto|que) (?:nos|me) (?:cuestan?|costo|salen?)|cost price|unit cost',
  ),
  PRODUCT: whole(
    'mercaderias?|lineas?|productos?|articulos?|items?|products?|codigos?|skus?|referencias?|mercaderia|cosas?',
  ),
  HOWIS: whole(
    'como (?:nos |le |les )?(?:ha ido|ha andado|estamos|estuvimos|andamos|anduvo|anduvimos)|como va (?:la|el|lo)|como (?:va|van|anda|andan|esta|estan|estuvo|estuvieron|le fue|nos fue|nos esta yendo|vamos|vienen?)|que tal|how (?:is|are|was|were|did)(?: (?:we|it|things))?(?: (?:doing|going|do))?',
  ),
  HOWMUCH: whole('cuant[oa]s?|que cantidad|how (?:much|many)|monto|total(?:es)?'),
  WHO: whole('quien(?:es)?|who'),
  TICKETS: whole(
    'ticket (?:promedio|medio)|boleta promedio|(?:cuant[oa]s )?(?:clientes|autos|personas|vehiculos) (?:(?:hemos )?atendi(?:dos|do|mos)|(?:se )?atendieron|vinieron|pasaron|llegaron(?! nuevos))|facturas?|documentos|boletas?|tickets?|ticket promedio|transacciones|clientes atendidos',
  ),
  UNITS: whole('unidad|unidades|cantidad(?:es)?|units|volumen'),
  REVENUE: whole(
    'money|por (?:plata|monto|ingreso|facturacion|venta|valor)|en (?:plata|pesos|monto|dinero)|dinero|luca|(?:by |en |por )?(?:monto|plata|ingresos?|facturacion|pesos|revenue|sales value)',
  ),
} as const;
export type Cue = keyof typeof CUES;

/** What the sentence is built of without saying anything by itself. */
export const FILLERS = new Set(
  (
    'a al algo algun alguna algunos an and ante are as at be been by can caso con cual cuales cualquier da dame dar de decir decirme del dime did do does ' +
    'e el ella ellos en entre es esa ese eso esta estan estar este esto estos existe favor for from fue fueron ha haber han has have he i in is it its la las le les lo local los ' +
    'me mi mostrar mostrarme muestra muestrame my ne necesito negocio nos nosotros of on or our para pero please por porfa pues puede puedes que quiero se sea si sido ' +
    'show sobre solo son su sus te tell tenido than that the their them there these they this tiempo tienda to todo todos total tu un una uno unos us usted ver was we were what whats when which will with would y ya you your ' +
    'cuanto cuanta cuantos cuantas como hacer saber sabes give list lista listado detalle informe reporte resumen report summary gracias hola buenas buenos dias oye favor ' +
    'llevamos llevo hemos va van vamos tal entonces ahora actual actualmente empresa lubricentro shop store business currently right now only just primero first ' +
    'producto productos tipo tipos clase kind up momento hoy venta ventas how tan estado tuvimos tuvo hubo tiene lleva llevan tanto solamente cosa algo veces ' +
    'digame dame dime cuentame mostrame muestrame quisiera gustaria podrias podria puedes favor porfa porfavor tambien bueno ok oye hey hi hello thanks thank ' +
    'got get much many lot far s re m let know looking see check ahi aca alla eh po poh pos jefe jefa nomas recien dentro'
  ).split(' '),
);

/** Corrections of spelling aim at these. */
export const KNOWN_WORDS: readonly string[] = [
  ...new Set(
    (
      'que cuanto cuanta cuantos cuantas cual cuales como cuando donde quien quienes vende venden vendio vendimos vender vendido vendidos ventas venta semana pasada pasado mes ' +
      'mas menos mejor peor producto productos aceite aceites lubricante lubricantes filtro filtros stock bajo bodega queda quedan tenemos reponer comprar pedir pronostico proyeccion proximo ' +
      'proxima certero precio cuesta pasillo esta historial patente cliente ultimo cambio margen utilidad ganancia caja turno vendedor vendedores categoria categorias marca marcas ' +
      'trimestre rota rotacion agotado agotados sobrestock bateria baterias refrigerante bujia bujias plumilla plumillas correa correas grasa grasas aditivo aditivos hora horas tambor ' +
      'ayer lunes martes miercoles jueves viernes sabado domingo enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre efectivo credito debito ' +
      'cajas efectivo ganamos ultimos ultimas meses semanas dias tarjeta precios unidades reposicion inventario existencias clientes pasillo compra compras sugerido mercaderia promedio anterior ' +
      'how much sell sold sales week month year which products product stock forecast price margin reorder history yesterday filter filters oil oils seller category brand'
    ).split(' '),
  ),
];

/** Words of everyday sentences that must never be "corrected" into one of ours. */
export const LEAVE = new Set(
  'solo pero cada entre sobre hasta desde mucho poco gente casa cosa dia dias hace haz otro otra gana ganas pasa mesa misma bien malo malos vengo tiene tienen cliente clientes ventana'.split(
    ' ',
  ),
);
