/** Stands for this page in addresses: whoever calls it reaches the AEs within (`in-page.ts`). By itself, since the first script needs no more of them. */
export const IN_PAGE_HOST = 'in-page';
