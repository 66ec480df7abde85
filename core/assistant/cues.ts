/**
 * The words by which a question says what it wants. Each cue is a pattern over the folded text; what a cue matched is used up, and a question
 * with words that nothing used up is left to the model. Pure.
 */
export const whole = (body: string): RegExp => new RegExp(`(?<![\\p{L}\\p{N}-])(?:${body})(?![\\p{L}\\p{N}-])`, 'gu');

export const CUES = {
  SELL: whole(
    'vend(?:i|imos|io|iste|ieron|e|en|emos|ido|ida|idos|idas|er|ia|ian)|ventas?|factur(?:amos|o|e|ado|acion|ar)|ingresos?|recaud(?:amos|o|ado|acion|ar)|(?:llevamos|hemos|se ha|se han|han|ha|he) vendido|sales?|sold|sells?|selling|revenues?|takings|salen?|salio|salieron|sale',
  ),
  MORE: whole('mas|mayor(?:es)?|mejor(?:es)?|top|best|most|ranking|lider(?:es)?|highest|populares|estrella'),
  LESS: whole('menos|menor(?:es)?|peor(?:es)?|worst|least|lowest|slow(?:est)?|lent[oa]s?|slowest'),
  ROTATE: whole(
    'rot(?:a|an|acion|aciones|ado)|turnover|inmovilizad[oa]s?|estancad[oa]s?|sin movimiento|sin rotacion|no se (?:mueve|mueven|vende|venden)|no rotan?|se mueven?|parad[oa]s?|dead stock|slow moving|not moving|clavos?|obsolet[oa]s?',
  ),
  STOCK: whole(
    'stock|existencias?|inventario|hay|qued(?:a|an|amos)|tenemos|tengo|tienen|disponibles?|en (?:la )?bodega|en (?:la )?tienda|on hand|in stock|left|do we have|inventory|have we got|any',
  ),
  LOW: whole(
    '(?:stock |inventario |existencias? )?(?:bajo (?:el )?(?:stock )?(?:minimo|minimum)|en (?:nivel )?critico|critic[oa]s?|baj[oa]s?|por (?:acabarse|agotarse|terminarse)|(?:se )?(?:estan?|van a) (?:acabando|agotando|acabar|agotar|quebrar)|running (?:low|out)|low|below (?:the )?minimum)|poc[oa] stock|pocas unidades|me estan faltando',
  ),
  OUT: whole(
    'agotad[oa]s?|(?:sin|cero|quiebres? de|en quiebre(?: de)?|quebrad[oa]s? de?) ?stock|en quiebre|quebrad[oa]s|out of stock|sold out|se (?:acabo|acabaron|agoto|agotaron)',
  ),
  OVER: whole(
    'sobre ?stock|sobrestock|overstock(?:ed)?|exceso(?: de (?:stock|inventario))?|excedentes?|stock de mas|demasiado stock|too much stock|excess(?: stock)?',
  ),
  COVER: whole(
    '(?:en |para )?(?:cuant[oa]s dias?|cuanto tiempo|cuando|how (?:many days|long))? ?(?:se (?:me |nos )?(?:acaban?|agotan?|terminan?|va a acabar|acabara)|(?:me |nos )?(?:alcanzan?|duran?)|will last|lasts?|runs? out|until .{0,30} runs out)|dias de (?:cobertura|stock|inventario)|cobertura|days of (?:cover|stock)',
  ),
  BUY: whole(
    '(?:debo|debemos|tengo que|tenemos que|hay que|conviene|necesito|necesitamos|deberia|deberiamos|puedo|toca|falta)? ?(?:reponer|repongo|reponemos|comprar|compro|compramos|pedir|pedirle|encargar|encargo|reabastecer|ordenar)|reposicion(?:es)?|sugerencias? de (?:compra|pedido|reposicion)|que (?:le )?(?:pido|pedimos|encargo)|(?:le )?(?:pido|pedimos)|(?:lista|propuesta|sugerido) de (?:compras?|pedido)|(?:should|do|must) (?:i|we) (?:reorder|restock|buy|order|purchase)|need to (?:reorder|restock|buy|order)|reorder(?: suggestions?| list)?|restock|purchase suggestions?|(?:to )?(?:buy|order)',
  ),
  FORECAST: whole(
    'pronosticos?|pronostica(?:r|do)?|proyeccion(?:es)?|proyectad[oa]s?|previsi(?:on|ones)|predic(?:cion|ciones)|demanda (?:esperada|futura|proyectada)|demanda|(?:se )?(?:vender(?:a|an|emos))|(?:se |vamos a |voy a |se van a |se va a |van a )vender|estimacion|forecasts?|projections?|predict(?:ed|ion)?|expected (?:sales|demand)|will (?:we )?sell|(?:are|is) going to sell',
  ),
  ACCURACY: whole(
    'certer[oa]s?|acertad[oa]s?|acert(?:o|amos|aron)|exact[oa]s?|precis(?:o|a|os|as|ion)|errore?s?|equivoc(?:amos|o|ado|ada|aron)|confiables?|fall(?:o|amos|aron|a)|achunt(?:o|amos|aron)|accura(?:cy|te)|wrong|how (?:good|far off)|off|reliable|tan buen[oa]s?|que tan bien|desvia(?:cion|mos|do)',
  ),
  PRICE: whole(
    'precios?|(?:cuanto|que) (?:cuestan?|valen?|sale|salen)|a (?:cuanto|como) (?:esta|estan|vende[ns]?|vendemos|tenemos|tienes)|a como|prices?|how much (?:is|are|does|do)|cuesta|cuestan|valor',
  ),
  LOCATION: whole(
    '(?:en )?(?:que|cual) (?:pasillo|estante|repisa|lugar|ubicacion|estanteria)(?: (?:esta|estan|queda|va))?|(?:en )?donde (?:esta|estan|queda|quedan|guardamos|tenemos|encuentro|se encuentra)|ubicacion|(?:which|what) (?:aisle|shelf)(?: (?:is|are|has))?|where (?:is|are|do we keep)|location|pasillo|estante|aisle|shelf',
  ),
  HISTORY: whole(
    'historial(?:es)?|historia|(?:cual|cuando|que) (?:es|fue|fueron)? ?(?:el |la |los |las )?(?:ultim[oa]s?) (?:cambios?(?: de aceite)?|visitas?|servicios?|mantenci(?:on|ones)|compras?|vez)|ultim[oa]s? (?:cambios? de aceite|visitas?|servicios?|mantenci(?:on|ones)|compras?|vez(?: que (?:vino|vinieron))?)|(?:service |purchase |visit )?history|last (?:oil change|visit|service)|cuando (?:vino|se le cambio)|(?:que|cuando) se le (?:hizo|cambio|puso)|visitas|servicios|services|visits|que (?:ha )?(?:compro|comprado|llevo)',
  ),
  LAST: whole('ultim[oa]|last|newest|mas reciente'),
  MARGIN: whole(
    'marg(?:en|enes)|utilidad(?:es)?|ganancias?|ganamos|gane|rentab(?:le|les|ilidad)|contribucion|(?:gross )?margins?|(?:gross )?profit(?:s|able|ability)?|(?:que )?(?:nos |me )?dejan?|earn(?:s|ings|ed)?',
  ),
  CASH: whole(
    '(?:como )?(?:cerr(?:o|aron|amos)|cierres?)|cajas?|arqueos?|cuadr(?:e|atura|o|amos)|(?:mi |el )?turnos?|efectivo|drawer|till|cash(?: drawer| register)?|(?:my )?shift|register',
  ),
  OWN: whole('mi|mis|yo|my|llevo|tengo|own|i'),
  HELP: whole(
    '(?:en )?que (?:puedes|sabes|podes|puede|cosas (?:puedes|sabes)) (?:hacer|responder|decirme|contestar|preguntarte)?|que (?:te |le )?puedo preguntar(?:te|le)?|(?:en que )?(?:me )?(?:puedes |puede )?ayuda(?:r|rme|s|me)?|como (?:funciona|funcionas|te uso|se usa)(?: esto| el asistente)?|para que sirves?|help(?: me)?|what can (?:you do|i ask(?: you)?)|how (?:do|does) (?:you|this) work|comandos',
  ),
  PRODUCT: whole('productos?|articulos?|items?|products?|codigos?|skus?|referencias?|mercaderia|cosas?'),
  HOWIS: whole(
    'como (?:va|van|anda|andan|esta|estan|estuvo|estuvieron|le fue|nos fue|nos esta yendo|vamos|vienen?)|que tal|how (?:is|are|was|were|did)(?: (?:we|it|things))?(?: (?:doing|going|do))?',
  ),
  HOWMUCH: whole('cuant[oa]s?|que cantidad|how (?:much|many)|monto|total(?:es)?'),
  WHO: whole('quien(?:es)?|who'),
  TICKETS: whole('boletas?|tickets?|ticket promedio|transacciones|clientes atendidos'),
  UNITS: whole('unidades|cantidad(?:es)?|units|volumen'),
  REVENUE: whole('(?:by |en |por )?(?:monto|plata|ingresos?|facturacion|pesos|revenue|sales value)'),
} as const;
export type Cue = keyof typeof CUES;

/** What the sentence is built of without saying anything by itself. */
export const FILLERS = new Set(
  (
    'a al algo algun alguna algunos an and ante are as at be been by can caso con cual cuales cualquier da dame dar de decir decirme del dime did do does ' +
    'e el ella ellos en entre es esa ese eso esta estan estar este esto estos existe favor for from fue fueron ha haber han has have he i in is it its la las le les lo local los ' +
    'me mi mostrar mostrarme muestra muestrame my ne necesito negocio no nos nosotros of on or otra our para pero please por porfa pues puede puedes que quiero se sea si sido ' +
    'show sobre solo son su sus te tell tenido than that the their them there these they this tiempo tienda to todo todos total tu un una uno unos us usted ver was we were what whats when which will with would y ya you your ' +
    'cuanto cuanta cuantos cuantas como hacer saber sabes give list lista listado detalle informe reporte resumen report summary gracias hola buenas buenos dias oye favor ' +
    'llevamos llevo hemos va van vamos tal entonces ahora actual actualmente empresa lubricentro shop store business currently right now only just primero first ' +
    'producto productos tipo tipos clase kind out up momento hoy venta ventas'
  ).split(' '),
);

/** Corrections of spelling aim at these. */
export const KNOWN_WORDS: readonly string[] = (
  'que cuanto cuanta cuantos cuantas cual cuales como cuando donde quien quienes vende venden vendio vendimos vender vendido vendidos ventas venta semana pasada pasado mes ' +
  'mas menos mejor peor producto productos aceite aceites lubricante lubricantes filtro filtros stock bajo bodega queda quedan tenemos reponer comprar pedir pronostico proyeccion proximo ' +
  'proxima certero precio cuesta pasillo esta historial patente cliente ultimo cambio margen utilidad ganancia caja turno vendedor vendedores categoria categorias marca marcas ' +
  'trimestre rota rotacion agotado agotados sobrestock bateria baterias refrigerante bujia bujias plumilla plumillas correa correas grasa grasas aditivo aditivos hora horas tambor ' +
  'ayer lunes martes miercoles jueves viernes sabado domingo enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre efectivo credito debito ' +
  'how much sell sold sales week month year which products product stock forecast price margin reorder history yesterday filter filters oil oils seller category brand'
).split(' ');

/** Words of everyday sentences that must never be "corrected" into one of ours. */
export const LEAVE = new Set(
  'solo pero cada entre sobre hasta desde mucho poco gente casa cosa dia dias hace haz otro otra gana ganas pasa mesa misma bien malo malos vengo tiene tienen cliente clientes ventana'.split(
    ' ',
  ),
);
