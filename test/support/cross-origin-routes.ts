import { All, Controller, Delete, Get, HttpCode, Module, Post, VERSION_NEUTRAL } from '@nestjs/common';
import { RequireAuthentication } from '../../src/auth/access/require-authentication.decorator.js';
import { CrossOrigin } from '../../src/cors/cross-origin.decorator.js';
import { Public } from '../../src/platform/http/routes/public.decorator.js';

/** How often something was really done. */
export const deeds = { count: 0 };

/** One route for each class of route, as CORS sees it. */
@Controller({ path: 'cross-origin', version: VERSION_NEUTRAL })
class CrossOriginController {
  @Get('known')
  @RequireAuthentication()
  known(): object {
    return { secret: 'for the caller alone' };
  }

  /** Without a body, so that even the simplest of forms could send it. */
  @Post('known')
  @HttpCode(204)
  @RequireAuthentication()
  act(): void {
    deeds.count += 1;
  }

  @Delete('known')
  @HttpCode(204)
  @RequireAuthentication()
  undo(): void {
    deeds.count += 1;
  }

  /** One URL, whose two routes call its parameter by two names. */
  @Get('things/:id')
  @RequireAuthentication()
  one(): object {
    return {};
  }

  @Delete('things/:name')
  @HttpCode(204)
  @RequireAuthentication()
  remove(): void {
    deeds.count += 1;
  }

  @Get('closed')
  @RequireAuthentication()
  @CrossOrigin('none')
  closed(): object {
    return {};
  }

  @Get('public')
  @Public()
  open(): object {
    return {};
  }

  @Get('for-allowed')
  @Public()
  @CrossOrigin('allowed')
  forAllowed(): object {
    return {};
  }

  @Get('for-any')
  @Public()
  @CrossOrigin('any')
  forAny(): object {
    return {};
  }
}

@Module({ controllers: [CrossOriginController] })
export class CrossOriginModule {}

/** A module that must not start: it asks who calls, and lets every page read the answer. */
@Controller({ path: 'careless', version: VERSION_NEUTRAL })
class CarelessController {
  @Get()
  @RequireAuthentication()
  @CrossOrigin('any')
  read(): object {
    return {};
  }
}

@Module({ controllers: [CarelessController] })
export class CarelessModule {}

/** A module that must not start: its handler would answer preflights, too. */
@Controller({ path: 'every-method', version: VERSION_NEUTRAL })
class EveryMethodController {
  @All()
  @RequireAuthentication()
  any(): object {
    return {};
  }
}

@Module({ controllers: [EveryMethodController] })
export class EveryMethodModule {}
