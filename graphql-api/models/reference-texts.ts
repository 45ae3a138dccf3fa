/** A passage about an everyday matter and a question that it answers, in both languages. */
export interface ReferenceText {
  readonly pt: { readonly passage: string; readonly question: string };
  readonly en: { readonly passage: string; readonly question: string };
}

/**
 * Sixteen passages about different matters, each of them the same in both languages, so that only the language differs
 * between the two sets. Most questions have nothing to do with most of them.
 */
export const REFERENCE_TEXTS: readonly ReferenceText[] = [
  {
    pt: {
      passage:
        'O bolo leva três ovos, duas xícaras de farinha e uma colher de fermento. Asse em forno médio por quarenta minutos, até dourar.',
      question: 'Quanto tempo o bolo fica no forno?',
    },
    en: {
      passage:
        'The cake takes three eggs, two cups of flour and a spoon of baking powder. Bake it in a medium oven for forty minutes, until golden.',
      question: 'How long does the cake stay in the oven?',
    },
  },
  {
    pt: {
      passage:
        'O trem para o litoral sai todos os dias às sete da manhã e chega ao meio-dia. Crianças de até cinco anos viajam de graça.',
      question: 'A que horas sai o trem para o litoral?',
    },
    en: {
      passage:
        'The train to the coast leaves every day at seven in the morning and arrives at noon. Children up to five travel free of charge.',
      question: 'When does the train to the coast leave?',
    },
  },
  {
    pt: {
      passage:
        'A vacina contra a gripe deve ser tomada uma vez por ano, de preferência no outono. Febre leve e dor no braço são comuns nos dois primeiros dias.',
      question: 'Quais são os efeitos da vacina contra a gripe?',
    },
    en: {
      passage:
        'The flu vaccine should be taken once a year, preferably in autumn. A slight fever and a sore arm are common in the first two days.',
      question: 'What are the effects of the flu vaccine?',
    },
  },
  {
    pt: {
      passage:
        'O time venceu a final por dois a um, com um gol nos últimos minutos. O goleiro foi escolhido o melhor jogador do campeonato.',
      question: 'Quem foi o melhor jogador do campeonato?',
    },
    en: {
      passage:
        'The team won the final by two to one, with a goal in the last minutes. The goalkeeper was chosen as the best player of the championship.',
      question: 'Who was the best player of the championship?',
    },
  },
  {
    pt: {
      passage:
        'Para trocar a senha, abra as configurações da conta e clique em segurança. O sistema envia um código ao seu telefone para confirmar.',
      question: 'Como se troca a senha?',
    },
    en: {
      passage:
        'To change the password, open the settings of the account and click on security. The system sends a code to your phone to confirm it.',
      question: 'How is the password changed?',
    },
  },
  {
    pt: {
      passage:
        'As baleias percorrem milhares de quilômetros para ter seus filhotes em águas quentes. Elas se alimentam quase só no verão, perto dos polos.',
      question: 'Onde as baleias têm seus filhotes?',
    },
    en: {
      passage:
        'Whales travel thousands of kilometres to have their young in warm waters. They feed almost only in summer, near the poles.',
      question: 'Where do whales have their young?',
    },
  },
  {
    pt: {
      passage:
        'O castelo foi construído no século doze sobre as ruínas de um forte romano. Um incêndio destruiu a torre norte, que nunca foi reerguida.',
      question: 'O que destruiu a torre do castelo?',
    },
    en: {
      passage:
        'The castle was built in the twelfth century on the ruins of a Roman fort. A fire destroyed the north tower, which was never rebuilt.',
      question: 'What destroyed the tower of the castle?',
    },
  },
  {
    pt: {
      passage:
        'A garantia da geladeira cobre defeitos de fabricação por doze meses. Guarde a nota fiscal, pois ela é exigida em qualquer conserto.',
      question: 'Por quanto tempo vale a garantia da geladeira?',
    },
    en: {
      passage:
        'The warranty of the refrigerator covers manufacturing defects for twelve months. Keep the invoice, since it is required for any repair.',
      question: 'How long is the warranty of the refrigerator valid?',
    },
  },
  {
    pt: {
      passage:
        'Os alunos entregam o trabalho até sexta-feira e o apresentam na semana seguinte. A nota final é a média das duas avaliações.',
      question: 'Como é calculada a nota final dos alunos?',
    },
    en: {
      passage:
        'The students hand in their work by Friday and present it in the following week. The final grade is the mean of both evaluations.',
      question: 'How is the final grade of the students calculated?',
    },
  },
  {
    pt: {
      passage:
        'A orquestra ensaia às terças e toca uma vez por mês no teatro municipal. Os ingressos para estudantes custam a metade.',
      question: 'Quando a orquestra ensaia?',
    },
    en: {
      passage:
        'The orchestra rehearses on Tuesdays and plays once a month at the municipal theatre. Tickets for students cost half.',
      question: 'When does the orchestra rehearse?',
    },
  },
  {
    pt: {
      passage:
        'A planta gosta de sombra e de terra úmida, mas não encharcada. No inverno, regue apenas uma vez por semana e não adube.',
      question: 'Com que frequência se rega a planta no inverno?',
    },
    en: {
      passage:
        'The plant likes shade and moist soil, but not soaked. In winter, water it only once a week and do not fertilize it.',
      question: 'How often is the plant watered in winter?',
    },
  },
  {
    pt: {
      passage:
        'A empresa teve lucro de dez milhões no trimestre, graças às exportações. A diretoria prevê contratar duzentas pessoas até dezembro.',
      question: 'Quantas pessoas a empresa vai contratar?',
    },
    en: {
      passage:
        'The company made a profit of ten million in the quarter, thanks to exports. The board expects to hire two hundred people by December.',
      question: 'How many people will the company hire?',
    },
  },
  {
    pt: {
      passage:
        'O telhado precisa de manta nova antes das chuvas, e duas calhas estão soltas. O pedreiro pede quatro dias e metade do valor adiantado.',
      question: 'De quantos dias o pedreiro precisa?',
    },
    en: {
      passage:
        'The roof needs a new membrane before the rains, and two gutters are loose. The builder asks for four days and half of the price in advance.',
      question: 'How many days does the builder need?',
    },
  },
  {
    pt: {
      passage:
        'Um planeta desse tamanho tão perto da estrela teria a superfície derretida. Os astrônomos mediram sua sombra durante três noites seguidas.',
      question: 'Como seria a superfície do planeta?',
    },
    en: {
      passage:
        'A planet of this size so close to its star would have a molten surface. Astronomers measured its shadow for three nights in a row.',
      question: 'What would the surface of the planet be like?',
    },
  },
  {
    pt: {
      passage:
        'A assembleia dos moradores aprovou a pintura da fachada e recusou a compra de câmeras. A próxima reunião será em março, no salão.',
      question: 'O que os moradores aprovaram na assembleia?',
    },
    en: {
      passage:
        'The meeting of the residents approved painting the front and rejected buying cameras. The next meeting will be in March, in the hall.',
      question: 'What did the residents approve at the meeting?',
    },
  },
  {
    pt: {
      passage:
        'O cachorro come duas vezes por dia e precisa de um passeio longo de manhã. Não lhe dê chocolate, uvas nem ossos cozidos.',
      question: 'O que o cachorro não pode comer?',
    },
    en: {
      passage:
        'The dog eats twice a day and needs a long walk in the morning. Do not give it chocolate, grapes or cooked bones.',
      question: 'What must the dog not eat?',
    },
  },
];
